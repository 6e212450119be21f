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
/** What one round tells at most: people by those who hear of them, of whom each takes some 40 bytes and has to be looked at. */
const ROUND_MAX = 1_000_000
/** For each of these, so that what tells few people of many rests as well. */
const REST_EACH_TOLD_MS = 0.001
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

  /** A new socket: its user is online, and it is told who is about. */
  add(userId: UserId, socketId: string): void {
    const sockets = this.#sockets.get(userId) ?? new Map<string, SocketState>()
    sockets.set(socketId, 'online')
    this.#sockets.set(userId, sockets)
    this.#newcomers.add(userId)
    this.#settle(userId, this.#neighbourhood.channelsOf(userId))
  }

  /** Of a socket that has been added; of one that has gone nothing is noted. */
  set(userId: UserId, socketId: string, state: SocketState): void {
    const sockets = this.#sockets.get(userId)
    if (!sockets?.has(socketId)) return
    sockets.set(socketId, state)
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
    const size = Math.max(this.#tellChanges(reached), this.#tellNewcomers(reached))
    const rest = Math.max(reached.size * REST_EACH_MS, size * REST_EACH_TOLD_MS)
    this.#nextRound = performance.now() + Math.min(rest, REST_MAX_MS)
    if (this.#changed.size > 0 || this.#newcomers.size > 0) this.#tellSoon()
  }

  /** How much it told; those whom it reached are in `reached`. */
  #tellChanges(reached: Set<UserId>): number {
    const channels = new Sets<ChannelId, UserId>()
    const users = new Sets<UserId, UserId>()
    let size = 0
    for (const [userId, channelIds] of this.#changed) {
      if (size >= ROUND_MAX) break
      this.#changed.delete(userId)
      if (!this.#isNews(userId)) continue
      // Whoever is there may have come into a channel since, or out of one.
      const concerned = this.#sockets.has(userId) ? this.#neighbourhood.channelsOf(userId) : channelIds
      const { largest, others, walked } = this.#audienceOf(concerned)
      if (largest) channels.add(largest, userId)
      for (const other of others) users.add(other, userId)
      size += walked
    }
    const tell = (audience: Iterable<UserId>, people: Iterable<UserId>) => {
      this.#tellAll(audience, [...people], reached)
    }
    for (const [channelId, people] of channels) tell(this.#neighbourhood.connectedIn(channelId), people)
    for (const { audience, people } of alike(users)) tell(audience, people)
    return size
  }

  #tellNewcomers(reached: Set<UserId>): number {
    const channels = new Sets<ChannelId, UserId>()
    let size = 0
    for (const userId of this.#newcomers) {
      if (size >= ROUND_MAX) break
      this.#newcomers.delete(userId)
      if (!this.#sockets.has(userId)) continue
      const { largest, others, walked } = this.#audienceOf(this.#neighbourhood.channelsOf(userId))
      if (largest) channels.add(largest, userId)
      this.#tellAll([userId], this.#about(largest ? others : [userId]), reached)
      size += walked
    }
    for (const [channelId, userIds] of channels) {
      this.#tellAll(userIds, this.#about(this.#neighbourhood.connectedIn(channelId)), reached)
    }
    return size
  }

  /** The channel with the most connected people, who hear and are told of together, and who is connected in the others and not in it. */
  #audienceOf(channelIds: ReadonlySet<ChannelId>): Audience {
    const connected = [...channelIds].map((channelId) => ({
      channelId,
      people: this.#neighbourhood.connectedIn(channelId),
    }))
    const most = connected.reduce<(typeof connected)[number] | undefined>(
      (found, each) => (each.people.size > (found?.people.size ?? 0) ? each : found),
      undefined,
    )
    const others = new Set<UserId>()
    for (const { channelId, people } of connected) {
      if (channelId === most?.channelId) continue
      for (const userId of people) if (!most?.people.has(userId)) others.add(userId)
    }
    const walked = connected.reduce((sum, { people }) => sum + people.size, 0)
    return { largest: most?.channelId, others, walked }
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

interface Audience {
  readonly largest: ChannelId | undefined
  readonly others: ReadonlySet<UserId>
  /** People in all of them together, who are counted in each. */
  readonly walked: number
}

/** Who is to be told of the same people, together. */
function alike(
  told: Sets<UserId, UserId>,
): readonly { readonly audience: UserId[]; readonly people: ReadonlySet<UserId> }[] {
  const groups = new Map<string, { audience: UserId[]; people: ReadonlySet<UserId> }>()
  for (const [userId, people] of told) {
    const name = [...people].join(' ')
    const group = groups.get(name)
    if (group) group.audience.push(userId)
    else groups.set(name, { audience: [userId], people })
  }
  return [...groups.values()]
}
