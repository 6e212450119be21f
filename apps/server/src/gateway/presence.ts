/**
 * Who is about (SPEC.md, GW-7): online when any of a user's sockets is, else away when any is connected. Kept in memory;
 * changes go to those who share a channel, a disconnection only once it has lasted, so that a reload is not announced. Invariants:
 * 1. what is told of a user is their state when it is told: what changed twice meanwhile is told once, or not at all;
 * 2. telling rests the longer, the more it reached: where thousands come back at once, each of them is told of many in one write.
 */
import type { ChannelId, Presence as State, UserId } from '@reforms/protocol'
import type { Bus } from '../ports/call.ts'

type SocketState = 'online' | 'away'

/** Connected users by channel, as the hub knows them. */
export interface Neighbourhood {
  channelsOf(userId: UserId): ReadonlySet<ChannelId>
  connectedIn(channelIds: Iterable<ChannelId>): ReadonlySet<UserId>
}

const DISCONNECT_GRACE_MS = 5000
/** For each user who was reached, so that presence is at most 5,000 writes a second. */
const REST_EACH_MS = 0.2
const REST_MAX_MS = 2000

export class Presence {
  readonly #bus: Pick<Bus, 'toUsers'>
  readonly #neighbourhood: Neighbourhood
  readonly #sockets = new Map<UserId, Map<string, SocketState>>()
  readonly #announced = new Map<UserId, SocketState>()
  readonly #leaving = new Map<UserId, NodeJS.Timeout>()
  /** Whose state may have changed since they were last told of, with the channels whose people are to know. */
  readonly #changed = new Map<UserId, Set<ChannelId>>()
  /** Not before this time, in milliseconds of `performance.now()`. */
  #nextRound = 0
  #waiting: NodeJS.Timeout | undefined

  constructor(bus: Pick<Bus, 'toUsers'>, neighbourhood: Neighbourhood) {
    this.#bus = bus
    this.#neighbourhood = neighbourhood
  }

  set(userId: UserId, socketId: string, state: SocketState): void {
    const sockets = this.#sockets.get(userId) ?? new Map<string, SocketState>()
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
    const all = [...this.#neighbourhood.connectedIn([channelId])]
    for (const userId of all) {
      const presence = this.#announced.get(userId)
      const strangers = newcomers.includes(userId) ? all : newcomers
      if (presence) this.#bus.toUsers(strangers, { type: 'presence', userId, presence })
    }
  }

  /** This user and those who share a channel with them, as far as they are about. */
  presentFor(userId: UserId): { userId: UserId; presence: State }[] {
    const neighbours = this.#neighbourhood.connectedIn(this.#neighbourhood.channelsOf(userId))
    return [...new Set([userId, ...neighbours])].flatMap((neighbour) => {
      const presence = this.#announced.get(neighbour)
      return presence ? [{ userId: neighbour, presence }] : []
    })
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
    if (this.#waiting) return
    const rest = this.#nextRound - performance.now()
    if (rest <= 0) this.#tell()
    else this.#waiting = setTimeout(() => this.#tell(), rest).unref()
  }

  #tell(): void {
    this.#waiting = undefined
    const changed = [...this.#changed]
    this.#changed.clear()
    const reached = new Set<UserId>()
    for (const [userId, channelIds] of changed) {
      // Whoever is there may have come into a channel since, or out of one.
      const concerned = this.#sockets.has(userId) ? this.#neighbourhood.channelsOf(userId) : channelIds
      for (const each of this.#announce(userId, concerned)) reached.add(each)
    }
    this.#nextRound = performance.now() + Math.min(reached.size * REST_EACH_MS, REST_MAX_MS)
  }

  /** Whom it has told: nobody where nothing is new. */
  #announce(userId: UserId, channelIds: ReadonlySet<ChannelId>): Iterable<UserId> {
    const presence = this.#stateOf(userId)
    if (presence === (this.#announced.get(userId) ?? 'offline')) return []
    if (presence === 'offline') this.#announced.delete(userId)
    else this.#announced.set(userId, presence)
    const audience = [...this.#neighbourhood.connectedIn(channelIds)]
    this.#bus.toUsers(audience, { type: 'presence', userId, presence })
    return audience
  }
}
