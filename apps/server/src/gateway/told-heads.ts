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

function nameOf({ seq, head }: Head): string {
  return `${seq}:${Buffer.from(head).toString('base64')}`
}

export class ToldHeads {
  readonly #told = new WeakMap<Connection, Map<ChannelId, string>>()

  /** Remembers; answers whether this is news to the connection. */
  note(connection: Connection, channelId: ChannelId, head: Head): boolean {
    let told = this.#told.get(connection)
    if (!told) this.#told.set(connection, (told = new Map()))
    const name = nameOf(head)
    if (told.get(channelId) === name) return false
    told.set(channelId, name)
    return true
  }

  forget(connection: Connection): void {
    this.#told.delete(connection)
  }
}
