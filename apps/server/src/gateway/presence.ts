/**
 * Who is about: online when any of a user's sockets is, else away when any is connected. Kept in memory; changes go to
 * everyone, a disconnection only once it has lasted, so that a reload is not announced.
 */
import type { Presence as State, UserId } from '@reforms/protocol'
import type { Bus } from '../ports/call.ts'

type SocketState = 'online' | 'away'

const DISCONNECT_GRACE_MS = 5000

export class Presence {
  readonly #bus: Pick<Bus, 'toEveryone'>
  readonly #sockets = new Map<UserId, Map<string, SocketState>>()
  readonly #announced = new Map<UserId, SocketState>()
  readonly #leaving = new Map<UserId, NodeJS.Timeout>()

  constructor(bus: Pick<Bus, 'toEveryone'>) {
    this.#bus = bus
  }

  set(userId: UserId, socketId: string, state: SocketState): void {
    const sockets = this.#sockets.get(userId) ?? new Map<string, SocketState>()
    sockets.set(socketId, state)
    this.#sockets.set(userId, sockets)
    this.#settle(userId)
  }

  remove(userId: UserId, socketId: string): void {
    const sockets = this.#sockets.get(userId)
    if (!sockets?.delete(socketId)) return
    if (sockets.size > 0) return this.#settle(userId)
    this.#sockets.delete(userId)
    this.#leaving.set(userId, setTimeout(() => this.#settle(userId), DISCONNECT_GRACE_MS).unref())
  }

  /** Everybody who is not offline. */
  present(): { userId: UserId; presence: State }[] {
    return [...this.#announced].map(([userId, presence]) => ({ userId, presence }))
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

  #settle(userId: UserId): void {
    clearTimeout(this.#leaving.get(userId))
    this.#leaving.delete(userId)
    const presence = this.#stateOf(userId)
    if (presence === (this.#announced.get(userId) ?? 'offline')) return
    if (presence === 'offline') this.#announced.delete(userId)
    else this.#announced.set(userId, presence)
    this.#bus.toEveryone({ type: 'presence', userId, presence })
  }
}
