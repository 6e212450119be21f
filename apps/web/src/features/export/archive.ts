/**
 * The files of an exported history, one after the other: for each conversation its files, its pages and its JSON, then the page that
 * leads to all of them. Each is read from the engine while it is written: nothing is held but a page of messages. docs/export.md.
 */
import type { ChannelItem, Engine, Me } from '@reforms/client'
import { filesOfHistory, readHistory } from './history.ts'
import { indexPage } from './index-page.ts'
import { channelJson, manifestJson, type ExportedChannel } from './json.ts'
import { writePages } from './pages.ts'
import { folderOf } from './paths.ts'

export interface ArchiveFile {
  name: string
  lastModified: Date
  input: string | AsyncIterable<string | Uint8Array>
}

export interface ExportOrder {
  engine: Engine
  me: Me
  /** Where the messages are from. */
  server: string
  channels: readonly ChannelItem[]
  withFiles: boolean
  /** An IANA name; of the reader, as far as it is known. */
  timeZone: string
  now: number
  signal: AbortSignal
  onProgress: (progress: ExportProgress) => void
  /** Of each file that could not be had. */
  onLeftOut: () => void
}

/** `fetching`: older messages come to this device. Counted in entries of logs. */
export interface ExportProgress {
  step: 'fetching' | 'writing'
  channel: string
  done: number
  of: number
  /** There is no connection, and a file needs it: it goes on once there is one. */
  offline?: true
}

/** What is here of each conversation, and what cannot be had now: in the order of the channels. */
export interface Extent {
  here: number
  missing: number
}

/** Brings older messages to this device, before anything is written. Throws what the engine throws, and AbortError. */
export async function fetchHistories(order: ExportOrder): Promise<Extent[]> {
  const extents: Extent[] = []
  for (const item of order.channels) extents.push(await fetchAll(order, item))
  return extents
}

async function fetchAll({ engine, signal, onProgress }: ExportOrder, item: ChannelItem): Promise<Extent> {
  for (;;) {
    const { here, missing, more } = await engine.send('history.fetch', { channelId: item.channelId })
    signal.throwIfAborted()
    if (!more) return { here, missing }
    onProgress({ step: 'fetching', channel: item.name, done: here, of: here + missing })
  }
}

/** Throws as `fetchHistories` does. */
export async function* archiveOf(
  order: ExportOrder,
  extents: readonly Extent[],
): AsyncGenerator<ArchiveFile> {
  const channels: ExportedChannel[] = []
  for (const [index, item] of order.channels.entries()) {
    const { here = 0, missing = 0 } = extents[index] ?? {}
    const folder = folderOf(index + 1, item.name)
    const channel: ExportedChannel = {
      item,
      folder,
      days: [],
      pages: [],
      paths: new Map<string, string>(),
      leftOut: 0,
      missing,
    }
    channels.push(channel)
    yield* filesOf(order, channel, here)
  }
  yield fileOf(order, 'export.json', manifestJson(order, channels))
  yield fileOf(order, 'index.html', indexPage(order, channels))
}

async function* filesOf(
  order: ExportOrder,
  channel: ExportedChannel,
  entries: number,
): AsyncGenerator<ArchiveFile> {
  const { item, folder } = channel
  const passes = order.withFiles ? 3 : 2
  const progress: ExportProgress = { step: 'writing', channel: item.name, done: 0, of: passes * entries }
  const read = (pass: number) =>
    readHistory(order, item.channelId, (seq) => {
      progress.done = Math.min(entries, seq) + pass * entries
      order.onProgress({ ...progress })
    })
  if (order.withFiles) {
    const hearing = {
      onOffline: () => order.onProgress({ ...progress, offline: true }),
      onLeftOut: (blobId: string) => {
        channel.paths.delete(blobId)
        channel.leftOut += 1
        order.onLeftOut()
      },
    }
    for await (const file of filesOfHistory({ ...order, ...hearing }, item.channelId, read(0))) {
      const path = `files/${file.path}`
      channel.paths.set(file.blobId, path)
      yield fileOf(order, `${folder}/${path}`, file.bytes)
    }
  }
  for await (const { name, input } of writePages(order, channel, read(passes - 2)))
    yield fileOf(order, `${folder}/${name}`, input)
  yield fileOf(order, `${folder}/messages.json`, channelJson(order, channel, read(passes - 1)))
}

function fileOf({ now }: ExportOrder, name: string, input: ArchiveFile['input']): ArchiveFile {
  return { name, lastModified: new Date(now), input }
}
