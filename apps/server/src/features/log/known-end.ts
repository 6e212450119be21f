/**
 * The short way into a log: where this process knows how a channel's log ends, because it wrote the last entry, a batch of
 * messages shares one question to the database with those of other channels, and with what else comes meanwhile: `append_batches`, which checks
 * under the row locks that nothing has changed and that no message would be refused. Where anything speaks against a batch the long
 * way of message.ts decides.
 */
import type { ChannelId, DeviceId, Entry, Epoch, Generation } from '@reforms/protocol'
import type { Sql } from 'postgres'
import { AskedTogether } from '../asked-together.ts'
import { placeEntries, type LogEnd, type NewEntry } from './append.ts'
import { Awaited } from './awaited.ts'
import type { Gathering } from './batch.ts'

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

/** What one question may weigh: a message counts its payload, and so much for the rest of it. */
const QUESTION_MAX_BYTES = 1024 * 1024
const MESSAGE_BYTES = 1024

/**
 * A question costs this thread, the database and its disk about as much for several messages as for one. From some 100 a second on they
 * gather for 10 ms at most, or until there are sixteen, or until nobody is left who may add one.
 */
const PACE = { everyMs: 10, ahead: 4, enough: 16, numberOf: ({ size }: Batch) => size }

/** A channel's messages, which may become more until the question goes. */
class Batch {
  readonly end: KnownEnd
  readonly #gathering: Gathering<NewEntry>
  #taken: { readonly entries: readonly Entry[] | undefined } | undefined

  constructor(end: KnownEnd, gathering: Gathering<NewEntry>) {
    this.end = end
    this.#gathering = gathering
  }

  get size(): number {
    return this.#gathering.size
  }

  /** In their places, and nothing is added from then on; undefined where the long way has to decide. */
  get entries(): readonly Entry[] | undefined {
    this.#taken ??= { entries: this.#place() }
    return this.#taken.entries
  }

  #place(): readonly Entry[] | undefined {
    const added = this.#gathering.take()
    const isShort = added.every((entry) => isPlain(this.end, entry)) && !hasRepeats(added)
    return isShort ? placeEntries(this.end, added) : undefined
  }
}

interface PlacedBatch {
  readonly end: KnownEnd
  readonly entries: readonly Entry[]
}

function isPlaced(batch: Batch): batch is Batch & PlacedBatch {
  return batch.entries !== undefined
}

function weightOf({ entries = [] }: Batch): number {
  return entries.reduce((sum, { payload }) => sum + payload!.length + MESSAGE_BYTES, 0)
}

/** The short way of one process. */
export class EndAppends {
  readonly #sql: Sql
  readonly #together: AskedTogether<Batch, boolean>
  readonly #awaited = new Awaited<DeviceId>(PACE.everyMs)

  constructor(sql: Sql) {
    this.#sql = sql
    const pace = { ...PACE, mayGrow: () => this.#awaited.isAnybody() }
    const size = { weightOf, most: QUESTION_MAX_BYTES, pace }
    this.#together = new AskedTogether((batches) => this.#appendAll(batches), size)
  }

  /** The entries; undefined, with nothing changed, where the long way has to decide. */
  async append(end: KnownEnd, gathering: Gathering<NewEntry>): Promise<readonly Entry[] | undefined> {
    const batch = new Batch(end, gathering)
    return (await this.#together.ask(batch)) ? batch.entries : undefined
  }

  /** One of the gatherings has become more. */
  grown(): void {
    this.#together.grown()
  }

  /** Tells that a device writes, and that it has its answer: it may write again at once. */
  async ofDevice<Answer>(deviceId: DeviceId, written: () => Promise<Answer>): Promise<Answer> {
    this.#awaited.came(deviceId)
    try {
      return await written()
    } finally {
      this.#awaited.answered(deviceId)
    }
  }

  async #appendAll(batches: readonly Batch[]): Promise<boolean[]> {
    const placed = batches.filter(isPlaced)
    if (placed.length === 0) return batches.map(() => false)
    try {
      const numbers = await ask(this.#sql, placed)
      const appended = new Set<Batch>(numbers.map((number) => placed[number - 1]!))
      return batches.map((batch) => appended.has(batch))
    } catch (error) {
      // Whatever is wrong with one is nothing to the others: each goes the long way alone.
      if (batches.length > 1) return batches.map(() => false)
      throw error
    }
  }
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

/** The numbers of those that are in, from 1. */
async function ask(sql: Sql, batches: readonly PlacedBatch[]): Promise<readonly number[]> {
  const ends = batches.map(({ end }) => end)
  const entries = batches.flatMap((batch) => batch.entries)
  const payloads = entries.map(({ payload }) => payload!)
  const lengths = payloads.map(({ length }) => length)
  let [start, last] = [1, 0]
  const starts = lengths.map((length) => (start += length) - length)
  const lasts = batches.map((batch) => (last += batch.entries.length))
  const numbers = batches.flatMap((batch, index) => batch.entries.map(() => index + 1))
  const notified = entries.map(({ notify }) => (notify ? `{${notify.join(',')}}` : null))
  const [row] = await sql<{ appended: number[] | null }[]>`
    select append_batches(${ends.map(({ channelId }) => channelId)}::uuid[], ${ends.map(({ seq }) => seq)}::bigint[],
      ${Buffer.concat(ends.map(({ head }) => head))}, ${ends.map(({ generation }) => generation)}::bigint[],
      ${ends.map(({ epoch }) => epoch)}::bigint[], ${batches.map((batch) => batch.entries[0]!.at)}::bigint[],
      ${lasts}::integer[], ${numbers}::integer[], ${entries.map(({ seq }) => seq)}::bigint[],
      ${entries.map(({ sender }) => sender!)}::uuid[], ${entries.map(({ senderUser }) => senderUser!)}::uuid[],
      ${entries.map(({ clientId }) => clientId)}::uuid[],
      ${entries.map(({ relatesTo }) => relatesTo ?? null)}::bigint[], ${notified}::text[], ${starts}::integer[],
      ${lengths}::integer[], ${Buffer.concat(payloads)},
      ${Buffer.concat(entries.map(({ payloadHash }) => payloadHash))},
      ${Buffer.concat(entries.map(({ head }) => head))}) as appended`
  return row?.appended ?? []
}
