/**
 * What the gateway does from time to time: heads every 15 seconds (SPEC.md, GW-4), from PostgreSQL in one query for all
 * sockets; every second, sessions that ended elsewhere, by the command line or another process (SES-6), and who holds too
 * much memory (GW-6); pings every 30.
 */
import { limits, type ChannelId, type SessionId } from '@reforms/protocol'
import type { FastifyBaseLogger } from 'fastify'
import type { Connection } from './connection.ts'
import { encodeEvent } from './connection.ts'
import type { Hub } from './hub.ts'
import type { Head } from './told-heads.ts'

const PING_INTERVAL_MS = 30_000
const SESSIONS_INTERVAL_MS = 1000
const RELIEF_INTERVAL_MS = 500

export interface ChannelHead extends Head {
  readonly channelId: ChannelId
}

export interface RoundSources {
  heads(channelIds: readonly ChannelId[]): Promise<readonly ChannelHead[]>
  /** Which of these sessions still live. */
  living(sessionIds: readonly SessionId[]): Promise<ReadonlySet<SessionId>>
  /** These sessions are in use. */
  touch(sessionIds: readonly SessionId[]): Promise<void>
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
    this.#every(limits.HEADS_INTERVAL_MS, () => this.round())
    this.#every(SESSIONS_INTERVAL_MS, () => this.endDeadSessions())
    this.#every(RELIEF_INTERVAL_MS, () => this.#hub.relieve())
    this.#every(PING_INTERVAL_MS, () => this.#checkPulses())
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
  }

  async round(): Promise<void> {
    await this.#sources.touch(this.#sessionIds())
    await this.#tellHeads()
  }

  async endDeadSessions(): Promise<void> {
    const sessionIds = this.#sessionIds()
    if (sessionIds.length === 0) return
    const living = await this.#sources.living(sessionIds)
    this.#hub.endSessions(
      sessionIds.filter((sessionId) => !living.has(sessionId)),
      'ended',
    )
  }

  /** One at a time; a database that is away is asked again the next time. */
  #every(intervalMs: number, work: () => void | Promise<void>): void {
    let running = false
    const run = async () => {
      if (running) return
      running = true
      try {
        await work()
      } catch (error) {
        this.#log.warn({ err: error }, 'the gateway could not read what it needs from time to time')
      }
      running = false
    }
    this.#timers.push(setInterval(() => void run(), intervalMs).unref())
  }

  #sessionIds(): SessionId[] {
    return [...this.#hub.connections()].map(({ identity }) => identity.sessionId)
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
