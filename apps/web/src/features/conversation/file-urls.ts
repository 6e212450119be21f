/** Decrypted files as blob: addresses, the most recently used kept, the rest given back to the browser. */
import type { Engine, FileView } from '@reforms/client'
import { pictureSize, type ChannelId } from '@reforms/protocol'
import { useEffect, useState } from 'react'
import { canStream, saveStream, streamAddress } from '../../platform/file-streams.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { isImage } from './attachments.ts'

const KEPT = 60
/** What is larger is never held as a whole, wherever it can be read as a stream. */
const IN_MEMORY_MAX_BYTES = 4 * 1024 * 1024
/** FIL-9: a browser needs four bytes for each, however few it came in. */
const DRAWN_MAX_PIXELS = 40_000_000

interface Read {
  readonly url: string
  /** It may be drawn without being asked for: false for what does not say how large it is. */
  readonly isDrawable: boolean
}

const reads = new Map<string, Promise<Read>>()

export async function fileUrl(engine: Engine, channelId: ChannelId, blobId: string): Promise<string> {
  return (await readOnce(engine, channelId, blobId)).url
}

async function pictureUrl(engine: Engine, channelId: ChannelId, blobId: string): Promise<string> {
  const { url, isDrawable } = await readOnce(engine, channelId, blobId)
  if (!isDrawable) throw new RangeError('a picture of too many pixels')
  return url
}

function readOnce(engine: Engine, channelId: ChannelId, blobId: string): Promise<Read> {
  const place = `${channelId}/${blobId}`
  const known = reads.get(place)
  const made = known ?? read(engine, channelId, blobId)
  reads.delete(place)
  reads.set(place, made)
  if (!known) made.catch(() => reads.delete(place))
  for (const [old, oldRead] of reads) {
    if (reads.size <= KEPT) break
    reads.delete(old)
    oldRead.then(
      ({ url }) => URL.revokeObjectURL(url),
      () => undefined,
    )
  }
  return made
}

function isDrawable(bytes: Uint8Array): boolean {
  const { width, height } = pictureSize(bytes) ?? { width: Infinity, height: Infinity }
  return width * height <= DRAWN_MAX_PIXELS
}

const SOUND = /^audio\/[\w.-]+$/

/** Anything but a plain picture or sound gets a type that no browser opens as a document of this origin. */
async function read(engine: Engine, channelId: ChannelId, blobId: string): Promise<Read> {
  const file = await engine.send('file.read', { channelId, blobId })
  const isPlain = isImage(file.mediaType) || SOUND.test(file.mediaType)
  const type = isPlain ? file.mediaType : 'application/octet-stream'
  const bytes = file.bytes as Uint8Array<ArrayBuffer>
  return { url: URL.createObjectURL(new Blob([bytes], { type })), isDrawable: isDrawable(bytes) }
}

export type FileUrl = { state: 'loading' } | { state: 'ready'; url: string } | { state: 'failed' }

/** A picture that is too large to be held in memory twice is read as a stream. */
export function usePictureUrl(channelId: ChannelId, file: FileView): FileUrl {
  const engine = useEngine()
  const [result, setResult] = useState<FileUrl>({ state: 'loading' })
  const { blobId, size, mediaType, name } = file
  useEffect(() => {
    let wanted = true
    const streamed = size > IN_MEMORY_MAX_BYTES && canStream()
    const url = streamed
      ? Promise.resolve(streamAddress(engine, { channelId, blobId, size, mediaType, name }))
      : pictureUrl(engine, channelId, blobId)
    url.then(
      (ready) => wanted && setResult({ state: 'ready', url: ready }),
      () => wanted && setResult({ state: 'failed' }),
    )
    return () => {
      wanted = false
    }
  }, [engine, channelId, blobId, size, mediaType, name])
  return result
}

export function useDownload(channelId: ChannelId, file: FileView): { busy: boolean; start: () => void } {
  const engine = useEngine()
  const { tellProblem } = useTeller()
  const [busy, setBusy] = useState(false)
  const start = () => {
    if (file.size > IN_MEMORY_MAX_BYTES && canStream()) return saveStream(engine, { ...file, channelId })
    setBusy(true)
    void saveWhole(engine, channelId, file)
      .catch(tellProblem)
      .finally(() => setBusy(false))
  }
  return { busy, start }
}

/** Saves a decrypted file under its own name. */
async function saveWhole(engine: Engine, channelId: ChannelId, file: FileView): Promise<void> {
  const link = document.createElement('a')
  link.href = await fileUrl(engine, channelId, file.blobId)
  link.download = file.name
  link.click()
}
