/**
 * Up to where people have read: put in channels that are small enough, no more often than every few seconds, by who lets others see
 * it; and shown to them. One for an engine. SPEC.md, RCPT-1 to RCPT-3.
 */
import type { ChannelId, UserId } from '@reforms/protocol'
import type { ReadersView } from '../../personal-api.ts'
import { TransportLost } from '../../ports.ts'
import type { Context } from '../context.ts'
import { hidesReading } from '../personal/status.ts'
import { readBeaconsOf, readKnownBeacon, readReceipts } from '../tables/beacons.ts'
import { readChannel, type ChannelRow } from '../tables/channels.ts'
import { readMembersOf } from '../tables/epochs.ts'
import { readPerson } from '../tables/people.ts'

/** In larger channels nobody is told who has read what. */
export const RECEIPTS_MAX_MEMBERS = 100
const SOON_MS = 300
/** Between two receipts in one channel. */
const REST_MS = 3000

export class Receipts {
  readonly #context: Context
  /** Whether the organisation wants receipts, as the server last said. */
  offered = true
  readonly #timers = new Map<ChannelId, () => void>()
  readonly #lastAt = new Map<ChannelId, number>()

  constructor(context: Context) {
    this.#context = context
  }

  async refresh(): Promise<void> {
    const { receipts } = await this.#context.ports.transport.call('server.read', {}, 'http')
    if (receipts === this.offered) return
    this.offered = receipts
    this.#context.watches.changed('own:status')
  }

  /** The user has read on in a channel. */
  note(channelId: ChannelId): void {
    const context = this.#context
    if (this.#timers.has(channelId) || !this.isShown() || context.stopped) return
    const rest = (this.#lastAt.get(channelId) ?? -Infinity) + REST_MS - context.now()
    const wait = Math.min(REST_MS, Math.max(SOON_MS, rest))
    const cancel = context.ports.clock.after(wait, () => {
      this.#timers.delete(channelId)
      void this.#put(channelId).catch((error: unknown) => {
        if (error instanceof TransportLost) return
        context.ports.log.warn('a receipt could not be put', { error: String(error) })
      })
    })
    this.#timers.set(channelId, cancel)
  }

  /** What was read without a connection. */
  catchUp(): void {
    const { database, keys } = this.#context
    if (!keys) return
    for (const { channelId } of readBeaconsOf(database, keys.userId, 'receipt')) this.note(channelId)
    for (const channelId of this.#lastAt.keys()) this.note(channelId)
  }

  stop(): void {
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
  }

  /** Whoever hides theirs sees none (RCPT-2). */
  isShown(): boolean {
    return this.offered && !hidesReading(this.#context)
  }

  async #put(channelId: ChannelId): Promise<void> {
    const context = this.#context
    const row = readChannel(context.database, channelId)
    this.#lastAt.set(channelId, context.now())
    if (!row || !context.online || !this.isShown() || !this.#isNews(row)) return
    if (membersOf(context, row).size > RECEIPTS_MAX_MEMBERS) return
    await context.beacons.put(channelId, { type: 'receipt', seq: row.readSeq })
  }

  /** Somebody else has said something in what was read since the last one. */
  #isNews({ channelId, readSeq }: ChannelRow): boolean {
    const { userId } = this.#context.requireKeys()
    const known = readKnownBeacon(this.#context.database, channelId, userId, 'receipt')
    const after = known?.content.type === 'receipt' ? known.content.seq : 0
    const [row] = this.#context.database.all(
      `SELECT EXISTS (SELECT 1 FROM entry WHERE channel_id = ? AND seq > ? AND seq <= ? AND kind = 'message'
         AND sender_user <> ?) AS is_so`,
      [channelId, after, readSeq, userId],
    )
    return row?.['is_so'] === 1
  }
}

function membersOf({ database }: Pick<Context, 'database'>, row: ChannelRow): Set<UserId> {
  return new Set(readMembersOf(database, row.channelId, row.generation).map(({ userId }) => userId))
}

/** The other members, and up to where each has read; undefined where nobody is told. */
export function readersView(
  context: Context,
  { channelId }: { channelId: ChannelId },
): ReadersView | undefined {
  const row = readChannel(context.database, channelId)
  if (!row || !context.receipts.isShown()) return undefined
  const members = membersOf(context, row)
  if (members.size > RECEIPTS_MAX_MEMBERS) return undefined
  const readers = readReceipts(context.database, channelId).flatMap(({ userId, content }) => {
    if (content.type !== 'receipt' || userId === context.me?.userId || !members.has(userId)) return []
    const name = readPerson(context.database, userId)?.displayName
    return name === undefined ? [] : [{ userId, name, seq: content.seq }]
  })
  return { readers: readers.sort((a, b) => a.name.localeCompare(b.name)), others: members.size - 1 }
}
