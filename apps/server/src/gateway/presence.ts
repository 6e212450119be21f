/**
 * Who is about (SPEC.md, GW-7): online when any of a user's sockets is, else away when any is connected. Kept in memory; whoever comes
 * is told of those who share a channel with them, and changes go to these, a disconnection only once it has lasted, so that a reload is
 * not announced. Invariants:
 * 1. what is told of a user is their state when it is told: what changed twice meanwhile is told once, or not at all;
 * 2. telling rests the longer, the more it reached, and tells of so many at once: where thousands come back to one channel, each of them
 *    is told of hundreds in one event, which is made once for all.
 */
import type { ChannelId, Presence as State, ServerEvent, UserId } from '@reforms/protocol'
import type { Bus } from '../ports/call.ts'
import { Sets } from './index-of-sets.ts'

type SocketState = 'online' | 'away'

/** Connected users by channel, as the hub knows them. */
export interface Neighbourhood {
  channelsOf(userId: UserId): ReadonlySet<ChannelId>
  connectedIn(channelId: ChannelId): ReadonlySet<UserId>
}

const DISCONNECT_GRACE_MS = 5000
/** For each user who was reached, so that presence is at most 5,000 writes a second. */
const REST_EACH_MS = 0.2
const REST_MAX_MS = 2000
/** What one round tells at most: people by those who hear of them. An id is some 40 bytes. */
const ROUND_MAX = 1_000_000
/** People in one event. */
const EVENT_MAX = 2000

export class Presence {
  readonly #bus: Pick<Bus, 'toUsers'>
  readonly #neighbourhood: Neighbourhood
  readonly #sockets = new Map<UserId, Map<string, SocketState>>()
  readonly #announced = new Map<UserId, SocketState>()
  readonly #leaving = new Map<UserId, NodeJS.Timeout>()
  /** Whose state may have changed since they were last told of, with the channels whose people are to know. */
  readonly #changed = new Map<UserId, Set<ChannelId>>()
  /** With a new socket, which knows of nobody yet. */
  readonly #newcomers = new Set<UserId>()
  /** Not before this time, in milliseconds of `performance.now()`. */
  #nextRound = 0
  #waiting: NodeJS.Timeout | undefined

  constructor(bus: Pick<Bus, 'toUsers'>, neighbourhood: Neighbourhood) {
    this.#bus = bus
    this.#neighbourhood = neighbourhood
  }

  set(userId: UserId, socketId: string, state: SocketState): void {
    const sockets = this.#sockets.get(userId) ?? new Map<string, SocketState>()
    if (!sockets.has(socketId)) this.#newcomers.add(userId)
    sockets.set(socketId, state)
    this.#sockets.set(userId, sockets)
    this.#settle(userId, this.#neighbourhood.channelsOf(userId))
  }

  /** Called while the hub still knows the user's channels. */
  remove(userId: UserId, socketId: string): void {
    const sockets = this.#sockets.get(userId)
    if (!sockets?.delete(socketId)) return
    const channelIds = [...this.#neighbourhood.channelsOf(userId)]
    if (sockets.size > 0) return this.#settle(userId, channelIds)
    this.#sockets.delete(userId)
    const settle = () => this.#settle(userId, channelIds)
    this.#leaving.set(userId, setTimeout(settle, DISCONNECT_GRACE_MS).unref())
  }

  /** Who has come into a channel learns who is about in it, and its others learn of them. */
  meet(channelId: ChannelId, newcomers: readonly UserId[]): void {
    const all = this.#neighbourhood.connectedIn(channelId)
    const coming = new Set(newcomers)
    const others = [...all].filter((userId) => !coming.has(userId))
    this.#tellOf(others, this.#about(newcomers))
    this.#tellOf(newcomers, this.#about(all))
  }

  stop(): void {
    for (const timer of this.#leaving.values()) clearTimeout(timer)
    this.#leaving.clear()
    clearTimeout(this.#waiting)
  }

  #stateOf(userId: UserId): State {
    const states = [...(this.#sockets.get(userId)?.values() ?? [])]
    if (states.includes('online')) return 'online'
    return states.length > 0 ? 'away' : 'offline'
  }

  #settle(userId: UserId, channelIds: Iterable<ChannelId>): void {
    clearTimeout(this.#leaving.get(userId))
    this.#leaving.delete(userId)
    this.#changed.set(userId, new Set([...(this.#changed.get(userId) ?? []), ...channelIds]))
    this.#tellSoon()
  }

  #tellSoon(): void {
    if (this.#waiting) return
    const rest = this.#nextRound - performance.now()
    if (rest <= 0) this.#tell()
    else this.#waiting = setTimeout(() => this.#tell(), rest).unref()
  }

  #tell(): void {
    this.#waiting = undefined
    const reached = new Set<UserId>()
    this.#tellChanges(reached)
    this.#tellNewcomers(reached)
    this.#nextRound = performance.now() + Math.min(reached.size * REST_EACH_MS, REST_MAX_MS)
    if (this.#changed.size > 0 || this.#newcomers.size > 0) this.#tellSoon()
  }

  /** Of whom the round has told is no longer waiting, and those whom it reached are in `reached`. */
  #tellChanges(reached: Set<UserId>): void {
    const told = new Told()
    let size = 0
    for (const [userId, channelIds] of this.#changed) {
      if (size >= ROUND_MAX) break
      this.#changed.delete(userId)
      if (!this.#isNews(userId)) continue
      // Whoever is there may have come into a channel since, or out of one.
      const concerned = this.#sockets.has(userId) ? this.#neighbourhood.channelsOf(userId) : channelIds
      size += this.#addAudience(told, userId, concerned)
    }
    const tell = (audience: Iterable<UserId>, people: Iterable<UserId>) => {
      this.#tellAll(audience, [...people], reached)
    }
    for (const [channelId, people] of told.channels) tell(this.#neighbourhood.connectedIn(channelId), people)
    for (const [userId, people] of told.users) tell([userId], people)
  }

  /** Those in the largest channel hear of it together, others by themselves; how many that are. */
  #addAudience(told: Told, userId: UserId, channelIds: ReadonlySet<ChannelId>): number {
    const { largest, others } = this.#largestOf(channelIds)
    if (!largest) return 0
    told.channels.add(largest, userId)
    for (const other of others) told.users.add(other, userId)
    return this.#neighbourhood.connectedIn(largest).size + others.size
  }

  #tellNewcomers(reached: Set<UserId>): void {
    let size = 0
    const told = new Sets<ChannelId, UserId>()
    for (const userId of this.#newcomers) {
      if (size >= ROUND_MAX) break
      this.#newcomers.delete(userId)
      if (!this.#sockets.has(userId)) continue
      const { largest, others } = this.#largestOf(this.#neighbourhood.channelsOf(userId))
      if (largest) told.add(largest, userId)
      this.#tellAll([userId], this.#about(largest ? others : [userId]), reached)
      size += others.size + (largest ? this.#neighbourhood.connectedIn(largest).size : 0)
    }
    for (const [channelId, userIds] of told) {
      this.#tellAll(userIds, this.#about(this.#neighbourhood.connectedIn(channelId)), reached)
    }
  }

  /** The channel with the most connected people, and who is connected in the others and not in it. */
  #largestOf(channelIds: ReadonlySet<ChannelId>): { largest?: ChannelId; others: ReadonlySet<UserId> } {
    let [largest, most] = [undefined as ChannelId | undefined, new Set<UserId>() as ReadonlySet<UserId>]
    for (const channelId of channelIds) {
      const connected = this.#neighbourhood.connectedIn(channelId)
      if (connected.size > most.size) [largest, most] = [channelId, connected]
    }
    const others = new Set<UserId>()
    for (const channelId of channelIds) {
      if (channelId === largest) continue
      for (const userId of this.#neighbourhood.connectedIn(channelId))
        if (!most.has(userId)) others.add(userId)
    }
    return { ...(largest === undefined ? {} : { largest }), others }
  }

  /** Those of whom it has been told that they are about: of the others it will be. */
  #about(people: Iterable<UserId>): UserId[] {
    return [...people].filter((userId) => this.#announced.has(userId))
  }

  #tellAll(audience: Iterable<UserId>, people: readonly UserId[], reached: Set<UserId>): void {
    const userIds = [...audience]
    this.#tellOf(userIds, people)
    for (const userId of userIds) reached.add(userId)
  }

  #tellOf(audience: readonly UserId[], people: readonly UserId[]): void {
    for (let start = 0; start < people.length; start += EVENT_MAX) {
      this.#bus.toUsers(audience, this.#eventOf(people.slice(start, start + EVENT_MAX)))
    }
  }

  #eventOf(people: readonly UserId[]): ServerEvent {
    const event = {
      type: 'presence' as const,
      online: [] as UserId[],
      away: [] as UserId[],
      offline: [] as UserId[],
    }
    for (const userId of people) event[this.#announced.get(userId) ?? 'offline'].push(userId)
    return event
  }

  /** Notes what will be told of a user; whether it is another state than was told last. */
  #isNews(userId: UserId): boolean {
    const presence = this.#stateOf(userId)
    if (presence === (this.#announced.get(userId) ?? 'offline')) return false
    if (presence === 'offline') this.#announced.delete(userId)
    else this.#announced.set(userId, presence)
    return true
  }
}

/** Of whom a round tells: all who are connected in a channel, and single users. */
class Told {
  readonly channels = new Sets<ChannelId, UserId>()
  readonly users = new Sets<UserId, UserId>()
}
