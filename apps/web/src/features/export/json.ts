/** An exported history for programs: docs/export.md describes the format, and its version. For archive.ts. */
import type { ChannelItem, HistoryItem, TimelineItem } from '@reforms/client'
import type { ExportOrder } from './archive.ts'
import { readThreadOf, threadOf, type History, type Source } from './history.ts'

const FORMAT_VERSION = 1

export interface ExportedChannel {
  readonly item: ChannelItem
  readonly folder: string
  /** Days on which something stands there, oldest first, with the page and the place in it. */
  readonly days: { day: string; href: string }[]
  readonly pages: string[]
  /** Where the files are, from the folder on; what is not among them is not in the archive. */
  readonly paths: Map<string, string>
  /** Files that were asked for, and could not be had. */
  leftOut: number
  /** Entries that this device could not get. */
  readonly missing: number
}

type Message = Extract<TimelineItem, { kind: 'message' }>

const timeOf = (at: number) => new Date(at).toISOString()

export function manifestJson(order: ExportOrder, channels: readonly ExportedChannel[]): string {
  const { me, server, timeZone, now, withFiles } = order
  return JSON.stringify(
    {
      format: 'reforms-export',
      version: FORMAT_VERSION,
      exportedAt: timeOf(now),
      exportedBy: { userId: me.userId, userName: me.userName, name: me.displayName },
      server,
      timeZone,
      withFiles,
      channels: channels.map(({ item, folder, pages, missing, leftOut }) => ({
        channelId: item.channelId,
        kind: item.kind,
        name: item.name,
        topic: item.topic,
        messages: `${folder}/messages.json`,
        pages: pages.map((page) => `${folder}/${page}`),
        missing,
        filesLeftOut: leftOut,
      })),
    },
    undefined,
    2,
  )
}

/** One item a line, so that it can be read in pieces. */
export async function* channelJson(
  source: Source,
  channel: ExportedChannel,
  history: History,
): AsyncGenerator<string> {
  const { channelId, kind, name, topic } = channel.item
  const head = JSON.stringify({
    format: 'reforms-channel',
    version: FORMAT_VERSION,
    channelId,
    kind,
    name,
    topic,
  })
  yield `${head.slice(0, -1)},"items":[`
  yield* itemsJson(source, channel, history)
  yield '\n]}\n'
}

async function* itemsJson(
  source: Source,
  channel: ExportedChannel,
  history: History,
): AsyncGenerator<string> {
  let between = '\n'
  for await (const items of history) {
    let written = ''
    for (const item of items) {
      const own = JSON.stringify(itemJson(channel, item))
      const thread = threadOf(item)
      written += between + own
      between = ',\n'
      if (thread === undefined) continue
      yield `${written.slice(0, -1)},"thread":[`
      yield* itemsJson(source, channel, readThreadOf(source, channel.item.channelId, thread))
      written = ']}'
    }
    yield written
  }
}

function itemJson(channel: ExportedChannel, { item, versions }: HistoryItem) {
  const { seq, at } = item
  const base = { seq, at: timeOf(at) }
  if (item.kind === 'notice') return { kind: 'notice', ...base, text: item.text }
  if (item.kind === 'waiting-for-key')
    return { kind: 'unreadable', ...base, author: { userId: item.author, name: item.authorName } }
  const author = { userId: item.author, name: item.authorName }
  if (item.redacted) return { kind: 'deleted', ...base, author }
  return { kind: 'message', ...base, author, text: item.text, ...besides(channel, item, versions) }
}

function besides({ paths }: ExportedChannel, item: Message, versions: HistoryItem['versions']) {
  const { files, editedAt, answers, forwarded, reactions, poll, pinned } = item
  return {
    ...(editedAt === undefined ? {} : { editedAt: timeOf(editedAt) }),
    ...(versions ? { versions: versions.map(({ text, at }) => ({ at: timeOf(at), text })) } : {}),
    ...(files.length > 0
      ? {
          files: files.map(({ blobId, name, mediaType, size }) => ({
            name,
            mediaType,
            size,
            path: paths.get(blobId) ?? null,
          })),
        }
      : {}),
    ...(answers ? { answers: { seq: answers.seq, as: answers.thread ? 'thread' : 'reply' } } : {}),
    ...(forwarded
      ? {
          forwarded: {
            author: { userId: forwarded.author, name: forwarded.authorName },
            at: timeOf(forwarded.at),
          },
        }
      : {}),
    ...(reactions ? { reactions: reactions.map(({ emoji, people }) => ({ emoji, people })) } : {}),
    ...(poll
      ? {
          poll: {
            several: poll.several,
            ended: poll.ended ?? false,
            options: poll.options.map(({ text, people }) => ({ text, people })),
          },
        }
      : {}),
    ...(pinned ? { pinned: true } : {}),
  }
}
