/**
 * A conversation a page at a time, from its beginning, for who takes it out of the messenger: what the timeline shows of it, threads
 * and earlier texts included. Nothing of it is kept here, so that a long history costs no more memory than one page.
 */
import type { ChannelId } from '@reforms/protocol'
import type { IntentInput, TimelineItem } from '../../engine-api.ts'
import { HISTORY_PAGE_MAX, type HistoryItem, type HistoryPage } from '../../history-api.ts'
import { versionsOf } from '../channel/relating.ts'
import type { Context } from '../context.ts'
import { readChannel } from '../tables/channels.ts'
import { listFrom, readEntries, readEntry } from '../tables/entries.ts'
import { readThread } from '../tables/relations.ts'
import { contentOf, insertKept, isShown, itemOf, itemsOf } from './timeline.ts'
import { SHOWN_KINDS } from './timeline-window.ts'

export function historyPage(context: Context, input: IntentInput<'history.read'>): HistoryPage {
  const limit = Math.min(Math.max(1, input.limit), HISTORY_PAGE_MAX)
  const { channelId, after, thread } = input
  return thread === undefined
    ? channelPage(context, channelId, after, limit)
    : threadPage(context, channelId, thread, after, limit)
}

function channelPage(context: Context, channelId: ChannelId, after: number, limit: number): HistoryPage {
  const { database } = context
  const row = readChannel(database, channelId)
  if (!row?.log) return { items: [] }
  // One more than is wanted tells whether there is more.
  const ahead = listFrom(database, channelId, SHOWN_KINDS, after + 1, { limit: limit + 1 })
  const listed = ahead.slice(0, limit)
  const shown = listed.filter((entry) => isShown(row, entry))
  const items = readEntries(database, channelId, shown).flatMap((entry) =>
    itemsOf(context, row, entry, contentOf(entry)),
  )
  const next = ahead.length > limit ? listed.at(-1)?.seq : undefined
  insertKept(context, channelId, [after + 1, next ?? Infinity], items)
  return pageOf(context, channelId, items, next)
}

/** Where the root is not here, its answers are: they stand in its thread all the same. */
function threadPage(
  context: Context,
  channelId: ChannelId,
  root: number,
  after: number,
  limit: number,
): HistoryPage {
  const seqs = readThread(context.database, channelId, root).filter((seq) => seq > after)
  const read = seqs.slice(0, limit)
  const entries = read.flatMap((seq) => readEntry(context.database, channelId, seq) ?? [])
  const items = entries.flatMap((entry) => itemOf(context, entry, contentOf(entry)) ?? [])
  return pageOf(context, channelId, items, read.length < seqs.length ? read.at(-1) : undefined)
}

function pageOf(
  context: Context,
  channelId: ChannelId,
  items: readonly TimelineItem[],
  next: number | undefined,
): HistoryPage {
  return {
    items: items.map((item) => historyItem(context, channelId, item)),
    ...(next === undefined ? {} : { next }),
  }
}

/** Small pictures of files are for the screen. */
function historyItem(context: Context, channelId: ChannelId, item: TimelineItem): HistoryItem {
  if (item.kind === 'notice') return { item }
  const thread = hasAnswers(context, channelId, item.seq) ? { hasThread: true as const } : {}
  if (item.kind !== 'message') return { item, ...thread }
  const files = item.files.map(({ thumbnail: _, ...file }) => file)
  const { seq, editedAt } = item
  const versions =
    seq === undefined || editedAt === undefined
      ? {}
      : { versions: versionsOf(context, { channelId, seq }).versions }
  return { item: { ...item, files }, ...thread, ...versions }
}

function hasAnswers({ database }: Context, channelId: ChannelId, seq: number | undefined): boolean {
  return seq !== undefined && readThread(database, channelId, seq).length > 0
}
