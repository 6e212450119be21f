/**
 * Who is about (SPEC.md, GW-7): online when any of a user's sockets is, else away when any is connected. Kept in memory;
 * changes go to those who share a channel, a disconnection only once it has lasted, so that a reload is not announced.
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

export class Presence {
  readonly #bus: Pick<Bus, 'toUsers'>
  readonly #neighbourhood: Neighbourhood
  readonly #sockets = new Map<UserId, Map<string, SocketState>>()
  readonly #announced = new Map<UserId, SocketState>()
  readonly #leaving = new Map<UserId, NodeJS.Timeout>()

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
  }

  #stateOf(userId: UserId): State {
    const states = [...(this.#sockets.get(userId)?.values() ?? [])]
    if (states.includes('online')) return 'online'
    return states.length > 0 ? 'away' : 'offline'
  }

  #settle(userId: UserId, channelIds: Iterable<ChannelId>): void {
    clearTimeout(this.#leaving.get(userId))
    this.#leaving.delete(userId)
    const presence = this.#stateOf(userId)
    if (presence === (this.#announced.get(userId) ?? 'offline')) return
    if (presence === 'offline') this.#announced.delete(userId)
    else this.#announced.set(userId, presence)
    this.#bus.toUsers([...this.#neighbourhood.connectedIn(channelIds)], {
      type: 'presence',
      userId,
      presence,
    })
  }
}
