/**
 * The short way into a log: where this process knows how a channel's log ends, because it wrote the last entry, a batch of
 * messages takes one question to the database, `append_messages`, which checks under the row lock that nothing has
 * changed and that no message would be refused. Where anything speaks against it the long way of message.ts decides.
 */
import type { ChannelId, Entry, Epoch, Generation } from '@reforms/protocol'
import type { Query } from '../transaction.ts'
import { placeEntries, type LogEnd, type NewEntry } from './append.ts'

/** Beyond this many channels the one that was noted first is forgotten: its next batch takes the long way. */
const MAX_CHANNELS = 20_000

export interface KnownEnd extends LogEnd {
  readonly generation: Generation
  readonly epoch: Epoch
}

export class KnownEnds {
  readonly #ends = new Map<ChannelId, KnownEnd>()

  note(end: KnownEnd): void {
    this.#ends.set(end.channelId, end)
    if (this.#ends.size <= MAX_CHANNELS) return
    for (const oldest of this.#ends.keys()) {
      this.#ends.delete(oldest)
      return
    }
  }

  /** Takes it out: it counts again once the batch that follows it is in. */
  take(channelId: ChannelId): KnownEnd | undefined {
    const end = this.#ends.get(channelId)
    this.#ends.delete(channelId)
    return end
  }
}

/** The entries; undefined, with nothing changed, where the long way has to decide. */
export async function appendAtEnd(
  sql: Query,
  end: KnownEnd,
  added: readonly NewEntry[],
): Promise<Entry[] | undefined> {
  if (!added.every((entry) => isPlain(end, entry)) || hasRepeats(added)) return undefined
  const entries = placeEntries(end, added)
  const [row] = await ask(sql, end, entries)
  return row?.appended ? entries : undefined
}

export function endAfter(end: KnownEnd, entries: readonly Entry[]): KnownEnd {
  const { seq, head } = entries.at(-1) ?? end
  return { ...end, seq, head }
}

function isPlain({ generation, epoch, seq }: KnownEnd, entry: NewEntry): boolean {
  const { relatesTo } = entry
  const relates = relatesTo === undefined || (relatesTo >= 1 && relatesTo <= seq)
  return entry.generation === generation && entry.epoch === epoch && relates
}

function hasRepeats(added: readonly NewEntry[]): boolean {
  return new Set(added.map(({ sender, clientId }) => `${sender?.deviceId} ${clientId}`)).size < added.length
}

function ask(sql: Query, end: KnownEnd, entries: readonly Entry[]) {
  const payloads = entries.map(({ payload }) => payload!)
  const lengths = payloads.map(({ length }) => length)
  let next = 1
  const starts = lengths.map((length) => (next += length) - length)
  const notified = entries.map(({ notify }) => (notify ? `{${notify.join(',')}}` : null))
  return sql<{ appended: boolean }[]>`
    select append_messages(${end.channelId}, ${end.seq}, ${end.head}, ${end.generation}, ${end.epoch},
      ${entries[0]!.at}, ${entries.map(({ sender }) => sender!)}::uuid[],
      ${entries.map(({ senderUser }) => senderUser!)}::uuid[], ${entries.map(({ clientId }) => clientId)}::uuid[],
      ${entries.map(({ relatesTo }) => relatesTo ?? null)}::bigint[], ${notified}::text[], ${starts}::integer[],
      ${lengths}::integer[], ${Buffer.concat(payloads)}, ${Buffer.concat(entries.map(({ payloadHash }) => payloadHash))},
      ${Buffer.concat(entries.map(({ head }) => head))}) as appended`
}
