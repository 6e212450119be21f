/** A conversation's history and files as they are read for an export: one page, or one range, at a time. For archive.ts. */
import { HISTORY_PAGE_MAX, type FileView, type HistoryItem } from '@reforms/client'
import type { ChannelId, Seq } from '@reforms/protocol'
import type { ExportOrder } from './archive.ts'
import { filePathOf } from './paths.ts'
import { persistently } from './persistence.ts'

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

/** What hears of files. */
interface FileHearing {
  /** There is no connection: it is waited for. */
  onOffline: () => void
  /** It cannot be had, or only in part: what was written of it is not it. */
  onLeftOut: (blobId: string) => void
}

type FileSource = Source & FileHearing

/** Every file once. What cannot be had is left out, and told. */
export async function* filesOfHistory(
  source: FileSource,
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
  source: FileSource,
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
    const first = await nextOr(source, file.blobId, bytes)
    if (!first) continue
    const path = filePathOf(item.seq ?? 0, index + 1, file.name)
    yield { blobId: file.blobId, path, bytes: resumed(source, file.blobId, first, bytes) }
  }
}

/** Undefined where it is left out. */
async function nextOr<T>(
  { signal, onLeftOut }: FileSource,
  blobId: string,
  bytes: AsyncGenerator<T>,
): Promise<IteratorResult<T> | undefined> {
  try {
    return await bytes.next()
  } catch {
    signal.throwIfAborted()
    onLeftOut(blobId)
    return undefined
  }
}

async function* rangesOf(
  { engine, signal, onOffline }: FileSource,
  channelId: ChannelId,
  { blobId, size }: FileView,
): AsyncGenerator<Uint8Array> {
  const reader = crypto.randomUUID()
  let start = 0
  do {
    const end = Math.min(size, start + RANGE_BYTES)
    const range = { channelId, blobId, start, end, reader }
    const { bytes } = await persistently(() => engine.send('file.range', range), { signal, onOffline })
    signal.throwIfAborted()
    yield bytes
    start = end
  } while (start < size)
}

/** Where it breaks off, the archive goes on without the rest. */
async function* resumed<T>(
  source: FileSource,
  blobId: string,
  first: IteratorResult<T>,
  rest: AsyncGenerator<T>,
): AsyncGenerator<T> {
  for (let part: IteratorResult<T> | undefined = first; part; part = await nextOr(source, blobId, rest)) {
    if (part.done) return
    yield part.value
  }
}
