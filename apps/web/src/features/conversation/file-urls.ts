/** Decrypted files as blob: addresses, the most recently used kept, the rest given back to the browser. */
import type { Engine, FileView } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { useEffect, useState } from 'react'
import { canStream, saveStream, streamAddress } from '../../platform/file-streams.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { isImage } from './attachments.ts'

const KEPT = 60
/** What is larger is never held as a whole, wherever it can be read as a stream. */
const IN_MEMORY_MAX_BYTES = 4 * 1024 * 1024
const urls = new Map<string, Promise<string>>()

export function fileUrl(engine: Engine, channelId: ChannelId, blobId: string): Promise<string> {
  const place = `${channelId}/${blobId}`
  const known = urls.get(place)
  const url = known ?? read(engine, channelId, blobId)
  urls.delete(place)
  urls.set(place, url)
  if (!known) url.catch(() => urls.delete(place))
  for (const [old, oldUrl] of urls) {
    if (urls.size <= KEPT) break
    urls.delete(old)
    oldUrl.then(URL.revokeObjectURL, () => undefined)
  }
  return url
}

const SOUND = /^audio\/[\w.-]+$/

/** Anything but a plain picture or sound gets a type that no browser opens as a document of this origin. */
async function read(engine: Engine, channelId: ChannelId, blobId: string): Promise<string> {
  const file = await engine.send('file.read', { channelId, blobId })
  const isPlain = isImage(file.mediaType) || SOUND.test(file.mediaType)
  const type = isPlain ? file.mediaType : 'application/octet-stream'
  return URL.createObjectURL(new Blob([file.bytes as Uint8Array<ArrayBuffer>], { type }))
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
      : fileUrl(engine, channelId, blobId)
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
