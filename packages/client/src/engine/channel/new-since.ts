/**
 * "New since" stands before the first message that was not read when a channel was opened; and in a channel that is looked at, before the
 * first that was said while there was no connection: it is read as it arrives, and nothing else would tell it from what was read before.
 */
import type { ChannelId, Entry } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readChannel, type ChannelRow } from '../tables/channels.ts'
import { firstUnreadSeq } from '../tables/unread.ts'
import { isNews, type Reading } from './reading.ts'

/** What may be missing here of the channel that is looked at. */
export interface Missed {
  readonly channelId: ChannelId
  /** The last entry that was here. */
  readonly after: number
  /** Of the log, as the server has told it; undefined until it has. */
  readonly end: number | undefined
}

/** Which channel some visible tab shows, if any. */
export function focus(context: Context, channelId: ChannelId | undefined): void {
  if (context.focused === channelId) return
  context.focused = channelId
  context.missed = undefined
  const row = channelId && readChannel(context.database, channelId)
  if (!row) return
  const first = firstUnread(context, row)
  if (first === undefined) {
    context.firstUnread.delete(row.channelId)
    context.missed = missedOf(context, row)
  } else {
    context.firstUnread.set(row.channelId, first)
  }
  context.channelChanged(row.channelId)
}

/** The connection is there, and nothing has come by it: what is unread already has its line. */
export function noteOpened(context: Context): void {
  context.endsKnown = false
  context.missed = undefined
  const row = context.focused && readChannel(context.database, context.focused)
  if (!row) return
  const isLineNeeded = context.firstUnread.has(row.channelId) && firstUnread(context, row) !== undefined
  if (!isLineNeeded) context.missed = missedOf(context, row)
}

/** The server has told how far its logs go. */
export function noteEnds(context: Context): void {
  context.endsKnown = true
  const row = context.missed && readChannel(context.database, context.missed.channelId)
  context.missed = context.missed && row && upTo({ ...context.missed, end: row.serverSeq }, row.log?.seq ?? 0)
}

/** Entries have been stored, in their order. */
export function noteArrived(context: Context, entries: readonly Entry[], readings: readonly Reading[]): void {
  const { missed, keys } = context
  const last = entries.at(-1)
  if (!missed || last?.channelId !== missed.channelId) return
  const first = entries.find((entry, index) => {
    const reading = readings[index] as Reading
    const isMissed = entry.seq > missed.after && entry.seq <= (missed.end ?? Infinity)
    return isMissed && standsInChannel(entry, reading) && reading.author !== keys?.userId
  })
  if (first) context.firstUnread.set(missed.channelId, first.seq)
  context.missed = first ? undefined : upTo(missed, last.seq)
}

/** Who has never read anything has just come in. */
function firstUnread({ database, keys }: Context, row: ChannelRow): number | undefined {
  return row.readSeq > 0 ? firstUnreadSeq(database, row, keys?.userId) : undefined
}

function missedOf({ endsKnown }: Context, { channelId, log, readSeq, serverSeq }: ChannelRow) {
  if (!log || readSeq === 0) return undefined
  return upTo({ channelId, after: log.seq, end: endsKnown ? serverSeq : undefined }, log.seq)
}

/** Undefined once all of it is here. */
function upTo(missed: Missed, here: number): Missed | undefined {
  return missed.end !== undefined && missed.end <= here ? undefined : missed
}

function standsInChannel(entry: Entry, reading: Reading): boolean {
  const { decoded } = reading
  return isNews(entry, reading) && !(decoded?.type === 'thread' && decoded.inChannel !== true)
}
