/**
 * Who is connected and who gets what. Invariants:
 * 1. a channel's events reach only connections of users who are members when the event is sent on: while a roster is
 *    being read again, the channel's events wait for it, in order;
 * 2. a roster that cannot be read ends the connections that it concerns, which then catch up.
 */
import type { ChannelId, DeviceId, Entry, ServerEvent, SessionId, UserId } from '@reforms/protocol'
import type { FastifyBaseLogger } from 'fastify'
import type { Bus } from '../ports/call.ts'
import { CLOSE } from './close-code.ts'
import type { Connection } from './connection.ts'
import { encodeEvent } from './framing.ts'
import { Index, Sets } from './index-of-sets.ts'
import { ToldHeads, type Head } from './told-heads.ts'

/** Of one session. */
const SOCKETS_MAX = 8

export interface Rosters {
  channelsOf(userId: UserId): Promise<readonly ChannelId[]>
  membersOf(channelId: ChannelId): Promise<readonly UserId[]>
}

/** Users who are connected and whom a channel's roster now shows to its others, and them to it. */
export type Met = (channelId: ChannelId, newcomers: readonly UserId[]) => void

/** A roster that is being read again, and the channel's events that wait for it. */
interface Reread {
  readonly events: ServerEvent[]
  /** It has changed once more. */
  stale: boolean
}

/** Of an entry no more is kept, whose payload may be large. */
function headOf({ seq, head }: Entry): Head {
  return { seq, head }
}

export class Hub implements Bus {
  readonly #rosters: Rosters
  readonly #log: FastifyBaseLogger
  #met: Met = () => undefined
  /** What each connection knows of logs' ends. */
  readonly told = new ToldHeads()
  readonly #connections = new Set<Connection>()
  readonly #pulses = new Sets<number, Connection>()
  readonly #users = new Sets<UserId, Connection>()
  readonly #devices = new Sets<DeviceId, Connection>()
  readonly #channels = new Index<ChannelId, UserId>()
  readonly #rereads = new Map<ChannelId, Reread>()
  /** For each list of channels that is being read: what has changed meanwhile. */
  readonly #loads = new Set<Set<ChannelId>>()

  constructor(rosters: Rosters, log: FastifyBaseLogger) {
    this.#rosters = rosters
    this.#log = log
  }

  /** Calls this whenever a roster brings people together who are connected already. */
  whenMet(met: Met): void {
    this.#met = met
  }

  /** Rejects when the user's channels cannot be read. What concerns no channel flows from the first moment on. */
  async add(connection: Connection): Promise<void> {
    const { userId, deviceId } = connection.identity
    this.#endOldest(connection)
    this.#connections.add(connection)
    this.#pulses.add(connection.pulse, connection)
    this.#users.add(userId, connection)
    this.#devices.add(deviceId, connection)
    const changed = new Set<ChannelId>()
    this.#loads.add(changed)
    try {
      const channels = await this.#rosters.channelsOf(userId)
      // Whoever changes a roster reads it again, and finds this user connected.
      const settled = channels.filter((channelId) => !changed.has(channelId))
      if (this.isConnected(userId)) for (const channelId of settled) this.#channels.add(channelId, userId)
    } finally {
      this.#loads.delete(changed)
    }
  }

  remove(connection: Connection): void {
    const { userId, deviceId } = connection.identity
    this.told.forget(connection)
    this.#connections.delete(connection)
    this.#pulses.delete(connection.pulse, connection)
    this.#users.delete(userId, connection)
    this.#devices.delete(deviceId, connection)
    if (!this.isConnected(userId)) this.#channels.deleteValue(userId)
  }

  has(connection: Connection): boolean {
    return this.#connections.has(connection)
  }

  isConnected(userId: UserId): boolean {
    return this.#users.get(userId).size > 0
  }

  get connections(): ReadonlySet<Connection> {
    return this.#connections
  }

  connectionsOf(userId: UserId): ReadonlySet<Connection> {
    return this.#users.get(userId)
  }

  /** Those whose turn it is to be pinged. */
  inPulse(pulse: number): ReadonlySet<Connection> {
    return this.#pulses.get(pulse)
  }

  /** The channels whose events this user's connections get. */
  channelsOf(userId: UserId): ReadonlySet<ChannelId> {
    return this.#channels.keysOf(userId)
  }

  /** Whether this user is connected and in the channel; false as well while its roster is read again. */
  isMember(channelId: ChannelId, userId: UserId): boolean {
    return !this.#rereads.has(channelId) && this.#channels.get(channelId).has(userId)
  }

  connectedIn(channelId: ChannelId): ReadonlySet<UserId> {
    return this.#channels.get(channelId)
  }

  toChannel(channelId: ChannelId, event: ServerEvent): void {
    const reread = this.#rereads.get(channelId)
    if (reread) reread.events.push(event)
    else this.#deliver(channelId, event)
  }

  toUsers(userIds: readonly UserId[], event: ServerEvent): void {
    const frame = encodeEvent(event)
    for (const userId of new Set(userIds)) {
      for (const connection of this.#users.get(userId)) connection.send(frame)
    }
  }

  toDevice(deviceId: DeviceId, event: ServerEvent): void {
    const frame = encodeEvent(event)
    for (const connection of this.#devices.get(deviceId)) connection.send(frame)
  }

  toEveryone(event: ServerEvent): void {
    const frame = encodeEvent(event)
    for (const connection of this.#connections) connection.send(frame)
  }

  rosterChanged(channelId: ChannelId): void {
    for (const changed of this.#loads) changed.add(channelId)
    const reread = this.#rereads.get(channelId)
    if (reread) reread.stale = true
    else void this.#readAgain(channelId)
  }

  endSessions(sessionIds: readonly SessionId[], reason: 'ended' | 'removed' | 'inactive'): void {
    const ended = new Set(sessionIds)
    const frame = encodeEvent({ type: 'signed-out', reason })
    for (const connection of [...this.#connections]) {
      if (!ended.has(connection.identity.sessionId)) continue
      connection.send(frame)
      connection.end(CLOSE.SIGNED_OUT, reason)
    }
  }

  /** A client needs one; one that comes again before its last socket is known to be dead has two. */
  #endOldest({ identity }: Connection): void {
    const own = [...this.#users.get(identity.userId)].filter(
      (other) => other.identity.sessionId === identity.sessionId,
    )
    for (const oldest of own.slice(0, Math.max(0, own.length - SOCKETS_MAX + 1))) {
      oldest.end(CLOSE.CATCH_UP, 'a newer connection of this session is open')
      this.remove(oldest)
    }
  }

  #deliver(channelId: ChannelId, event: ServerEvent): void {
    const frame = encodeEvent(event)
    const head = event.type === 'entry' ? headOf(event.entry) : undefined
    for (const userId of this.#channels.get(channelId)) {
      for (const connection of this.#users.get(userId)) {
        if (head) this.told.note(connection, channelId, head)
        connection.send(frame)
      }
    }
  }

  async #readAgain(channelId: ChannelId): Promise<void> {
    const reread: Reread = { events: [], stale: true }
    this.#rereads.set(channelId, reread)
    try {
      while (reread.stale) {
        reread.stale = false
        this.#setMembers(channelId, await this.#rosters.membersOf(channelId))
      }
    } catch (error) {
      this.#log.warn({ err: error, channelId }, 'a roster could not be read')
      this.#loseMembers(channelId)
    }
    this.#rereads.delete(channelId)
    for (const event of reread.events) this.#deliver(channelId, event)
  }

  #setMembers(channelId: ChannelId, members: readonly UserId[]): void {
    const before = new Set(this.#channels.get(channelId))
    this.#channels.deleteKey(channelId)
    const connected = members.filter((userId) => this.isConnected(userId))
    for (const userId of connected) this.#channels.add(channelId, userId)
    const newcomers = connected.filter((userId) => !before.has(userId))
    if (newcomers.length > 0) this.#met(channelId, newcomers)
  }

  #loseMembers(channelId: ChannelId): void {
    for (const userId of [...this.#channels.get(channelId)]) {
      for (const connection of this.#users.get(userId)) connection.end(CLOSE.CATCH_UP, 'catch up')
    }
    this.#channels.deleteKey(channelId)
  }
}
