/**
 * What the gateway does from time to time: heads every 15 seconds (SPEC.md, GW-4), from PostgreSQL in one query for all
 * sockets; with them, sessions that ended elsewhere (the command line, another process); pings every 30 seconds.
 */
import { limits, type ChannelId, type SessionId } from '@reforms/protocol'
import type { FastifyBaseLogger } from 'fastify'
import type { Connection } from './connection.ts'
import { encodeEvent } from './connection.ts'
import type { Hub } from './hub.ts'
import type { Head } from './told-heads.ts'

const PING_INTERVAL_MS = 30_000

export interface ChannelHead extends Head {
  readonly channelId: ChannelId
}

export interface RoundSources {
  heads(channelIds: readonly ChannelId[]): Promise<readonly ChannelHead[]>
  /** Which of these sessions still live; those are noted as being used. */
  living(sessionIds: readonly SessionId[]): Promise<ReadonlySet<SessionId>>
}

export class Rounds {
  readonly #hub: Hub
  readonly #sources: RoundSources
  readonly #log: FastifyBaseLogger
  readonly #timers: NodeJS.Timeout[] = []

  constructor(hub: Hub, sources: RoundSources, log: FastifyBaseLogger) {
    this.#hub = hub
    this.#sources = sources
    this.#log = log
  }

  start(): void {
    this.#timers.push(
      setInterval(() => void this.round(), limits.HEADS_INTERVAL_MS).unref(),
      setInterval(() => this.#checkPulses(), PING_INTERVAL_MS).unref(),
    )
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
  }

  /** Never rejects: a database that is away is asked again in the next round. */
  async round(): Promise<void> {
    try {
      await this.#endDeadSessions()
      await this.#tellHeads()
    } catch (error) {
      this.#log.warn({ err: error }, 'heads could not be read')
    }
  }

  async #endDeadSessions(): Promise<void> {
    const sessionIds = [...this.#hub.connections()].map(({ identity }) => identity.sessionId)
    if (sessionIds.length === 0) return
    const living = await this.#sources.living(sessionIds)
    this.#hub.endSessions(
      sessionIds.filter((sessionId) => !living.has(sessionId)),
      'ended',
    )
  }

  async #tellHeads(): Promise<void> {
    const channelIds = this.#hub.watchedChannels()
    if (channelIds.length === 0) return
    const found = await this.#sources.heads(channelIds)
    const heads = new Map(found.map((head) => [head.channelId, head]))
    for (const connection of this.#hub.connections()) this.#tell(connection, heads)
  }

  #tell(connection: Connection, heads: ReadonlyMap<ChannelId, ChannelHead>): void {
    const news: ChannelHead[] = []
    for (const channelId of this.#hub.channelsOf(connection.identity.userId)) {
      const head = heads.get(channelId)
      if (head && this.#hub.told.note(connection, channelId, head)) news.push(head)
    }
    if (news.length > 0) connection.send(encodeEvent({ type: 'heads', heads: news }))
  }

  #checkPulses(): void {
    for (const connection of [...this.#hub.connections()]) connection.checkPulse()
  }
}
