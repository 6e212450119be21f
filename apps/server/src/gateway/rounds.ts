/**
 * What the gateway does from time to time: heads every 15 seconds (SPEC.md, GW-4), from PostgreSQL in one query for many
 * sockets; every second, sessions that ended or whose role changed, by whatever way (SES-6), and who
 * holds too much memory (GW-6); pings every 30. With many sockets it is done in parts, so that messages need not wait for it.
 */
import { limits, type ChannelId, type Role, type SessionId, type UserId } from '@reforms/protocol'
import type { FastifyBaseLogger } from 'fastify'
import type { Actor } from '../ports/call.ts'
import { PULSE_PARTS, type Connection } from './connection.ts'
import { encodeEvent } from './framing.ts'
import type { Hub } from './hub.ts'
import type { Followed, KnownActor } from './known-actor.ts'
import type { WriteRounds } from './outgoing.ts'
import type { Head } from './told-heads.ts'

/** Each socket's turn to be pinged comes once in PULSE_PARTS times this. */
const PULSE_INTERVAL_MS = 30_000 / PULSE_PARTS
const SESSIONS_INTERVAL_MS = 1000
const RELIEF_INTERVAL_MS = 500
/** A session is looked up where its user may have changed, and once in so many rounds whatever is known. */
const SESSIONS_PARTS = 30
/** Sessions that are looked up in one query. */
const SESSIONS_TOGETHER = 250
/** Connections that are told heads in one go. */
const HEADS_TOGETHER = 250

export interface ChannelHead extends Head {
  readonly channelId: ChannelId
}

export interface RoundSources {
  heads(channelIds: readonly ChannelId[]): Promise<readonly ChannelHead[]>
  /** Whose sessions may be others than they were at `since`, and what to ask from the next time. */
  changedUsers(
    since: string | undefined,
  ): Promise<{ readonly userIds: readonly UserId[]; readonly next: string }>
  /** Which of these are no longer what they were, and what they are: without a role the session has ended. */
  changed(
    actors: readonly Actor[],
  ): Promise<readonly { readonly sessionId: SessionId; readonly role: Role | undefined }[]>
  /** These sessions are in use. */
  touch(sessionIds: readonly SessionId[]): Promise<void>
}

/** What the rounds look after. */
export interface Looked {
  readonly hub: Hub
  readonly followed: Followed
  readonly writeRounds: WriteRounds
}

export class Rounds {
  readonly #hub: Hub
  readonly #followed: Followed
  readonly #writeRounds: WriteRounds
  readonly #sources: RoundSources
  readonly #log: FastifyBaseLogger
  readonly #timers: NodeJS.Timeout[] = []
  #pulse = 0
  #part = 0
  #changesSince: string | undefined

  constructor({ hub, followed, writeRounds }: Looked, sources: RoundSources, log: FastifyBaseLogger) {
    this.#hub = hub
    this.#followed = followed
    this.#writeRounds = writeRounds
    this.#sources = sources
    this.#log = log
  }

  start(): void {
    this.#every(limits.HEADS_INTERVAL_MS, () => this.round())
    this.#every(SESSIONS_INTERVAL_MS, () => this.followSessions())
    this.#every(RELIEF_INTERVAL_MS, () => this.#writeRounds.relieve())
    this.#every(PULSE_INTERVAL_MS, () => this.#checkPulses())
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
  }

  async round(): Promise<void> {
    for (const part of inParts(this.#sessionIds(), SESSIONS_TOGETHER)) await this.#sources.touch(part)
    for (const part of inParts([...this.#hub.connections], HEADS_TOGETHER)) await this.#tellHeads(part)
  }

  async followSessions(): Promise<void> {
    const { inDoubt } = this.#followed
    const at = performance.now()
    const { userIds, next } = await this.#sources.changedUsers(this.#changesSince)
    for (const userId of userIds) for (const { known } of this.#hub.connectionsOf(userId)) known.doubt()
    // Where something fails from here on, those in doubt stay so.
    this.#changesSince = next
    this.#followed.at = at
    const asked = new Set([...inDoubt, ...this.#nextPart()])
    for (const part of inParts([...asked], SESSIONS_TOGETHER)) await this.#follow(part)
  }

  /** Of those of whom there is no news. */
  #nextPart(): KnownActor[] {
    this.#part = (this.#part + 1) % SESSIONS_PARTS
    const found: KnownActor[] = []
    for (let pulse = this.#part; pulse < PULSE_PARTS; pulse += SESSIONS_PARTS) {
      for (const { known } of this.#hub.inPulse(pulse)) found.push(known)
    }
    return found
  }

  async #follow(known: readonly KnownActor[]): Promise<void> {
    const at = performance.now()
    const actors = known.flatMap(({ actor }) => actor ?? [])
    const changed = await this.#sources.changed(actors)
    const roles = new Map(changed.map(({ sessionId, role }) => [sessionId, role]))
    for (const each of known) follow(each, roles, at)
    // Of some a request has found first that they have ended.
    const isDead = ({ sessionId, actor }: KnownActor) =>
      !actor || (roles.has(sessionId) && !roles.get(sessionId))
    const dead = known.filter(isDead).map(({ sessionId }) => sessionId)
    if (dead.length > 0) this.#hub.endSessions(dead, 'ended')
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
    return [...this.#hub.connections].map(({ identity }) => identity.sessionId)
  }

  async #tellHeads(connections: readonly Connection[]): Promise<void> {
    const userIds = connections.map(({ identity }) => identity.userId)
    const channelIds = new Set(userIds.flatMap((userId) => [...this.#hub.channelsOf(userId)]))
    if (channelIds.size === 0) return
    const found = await this.#sources.heads([...channelIds])
    const heads = new Map(found.map((head) => [head.channelId, head]))
    for (const connection of connections) if (this.#hub.has(connection)) this.#tell(connection, heads)
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
    this.#pulse = (this.#pulse + 1) % PULSE_PARTS
    for (const connection of this.#hub.inPulse(this.#pulse)) connection.checkPulse()
  }
}

function follow(known: KnownActor, roles: ReadonlyMap<SessionId, Role | undefined>, at: number): void {
  const { actor } = known
  if (!actor || !roles.has(actor.sessionId)) return known.note(actor, at)
  const role = roles.get(actor.sessionId)
  known.note(role && { ...actor, role }, at)
}

function* inParts<T>(all: readonly T[], size: number): Iterable<T[]> {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size)
}
