/** A conversation's history and files as they are read for an export: one page, or one range, at a time. For archive.ts. */
import { HISTORY_PAGE_MAX, type FileView, type HistoryItem } from '@reforms/client'
import type { ChannelId, Seq } from '@reforms/protocol'
import type { ExportOrder } from './archive.ts'
import { filePathOf } from './paths.ts'

const RANGE_BYTES = 1024 * 1024

export type Source = Pick<ExportOrder, 'engine' | 'signal'>
export type History = AsyncIterable<readonly HistoryItem[]>

/** Page by page; `onRead` hears how far it is. */
export async function* readHistory(
  { engine, signal }: Source,
  channelId: ChannelId,
  onRead: (seq: number) => void = () => undefined,
): AsyncGenerator<readonly HistoryItem[]> {
  yield* pagesOf({ engine, signal }, { channelId }, onRead)
}

export function readThreadOf(source: Source, channelId: ChannelId, thread: Seq): History {
  return pagesOf(source, { channelId, thread }, () => undefined)
}

async function* pagesOf(
  { engine, signal }: Source,
  place: { channelId: ChannelId; thread?: Seq },
  onRead: (seq: number) => void,
): AsyncGenerator<readonly HistoryItem[]> {
  let after: Seq | undefined = 0 as Seq
  while (after !== undefined) {
    const page: { items: readonly HistoryItem[]; next?: Seq } = await engine.send('history.read', {
      ...place,
      after,
      limit: HISTORY_PAGE_MAX,
    })
    signal.throwIfAborted()
    yield page.items
    after = page.next
    onRead(after ?? Infinity)
  }
}

/** The root of a thread that has answers. */
export function threadOf({ item, hasThread }: HistoryItem): Seq | undefined {
  return hasThread ? item.seq : undefined
}

export interface HistoryFile {
  blobId: string
  path: string
  bytes: AsyncIterable<Uint8Array>
}

/** Every file once; what cannot be had any more is left out. */
export async function* filesOfHistory(
  source: Source,
  channelId: ChannelId,
  history: History,
): AsyncGenerator<HistoryFile> {
  const seen = new Set<string>()
  for await (const items of history) {
    for (const item of items) {
      yield* filesOfItem(source, channelId, item, seen)
      const thread = threadOf(item)
      if (thread === undefined) continue
      for await (const answers of readThreadOf(source, channelId, thread))
        for (const answer of answers) yield* filesOfItem(source, channelId, answer, seen)
    }
  }
}

async function* filesOfItem(
  source: Source,
  channelId: ChannelId,
  { item }: HistoryItem,
  seen: Set<string>,
): AsyncGenerator<HistoryFile> {
  if (item.kind !== 'message') return
  for (const [index, file] of item.files.entries()) {
    if (seen.has(file.blobId)) continue
    seen.add(file.blobId)
    const bytes = rangesOf(source, channelId, file)
    // Whether it can be had is known before anything is written of it.
    const first = await bytes.next().catch(() => {
      source.signal.throwIfAborted()
      return undefined
    })
    if (!first) continue
    const path = filePathOf(item.seq ?? 0, index + 1, file.name)
    yield { blobId: file.blobId, path, bytes: resumed(first, bytes) }
  }
}

async function* rangesOf(
  { engine, signal }: Source,
  channelId: ChannelId,
  { blobId, size }: FileView,
): AsyncGenerator<Uint8Array> {
  const reader = crypto.randomUUID()
  let start = 0
  do {
    const end = Math.min(size, start + RANGE_BYTES)
    const { bytes } = await engine.send('file.range', { channelId, blobId, start, end, reader })
    signal.throwIfAborted()
    yield bytes
    start = end
  } while (start < size)
}

async function* resumed<T>(first: IteratorResult<T, unknown>, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  if (first.done) return
  yield first.value
  yield* rest
}
