/**
 * Which head of a channel each connection was told last, by an entry or a `heads` event, so that every 15 seconds only
 * what changed is told (SPEC.md, GW-4): a lost fan-out is noticed, and so is a log that was restored to an older state.
 */
import type { ChannelId } from '@reforms/protocol'
import type { Connection } from './connection.ts'

export interface Head {
  readonly seq: number
  readonly head: Uint8Array
}

function isSame(one: Head | undefined, other: Head): boolean {
  return one === other || (one?.seq === other.seq && Buffer.compare(one.head, other.head) === 0)
}

export class ToldHeads {
  readonly #told = new WeakMap<Connection, Map<ChannelId, Head>>()

  /** Remembers the object as it is; answers whether this is news to the connection. */
  note(connection: Connection, channelId: ChannelId, head: Head): boolean {
    let told = this.#told.get(connection)
    if (!told) this.#told.set(connection, (told = new Map()))
    if (isSame(told.get(channelId), head)) return false
    told.set(channelId, head)
    return true
  }

  forget(connection: Connection): void {
    this.#told.delete(connection)
  }
}
