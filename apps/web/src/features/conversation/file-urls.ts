/** Decrypted files as blob: addresses, the most recently used kept, the rest given back to the browser. */
import type { Engine } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { useEffect, useState } from 'react'
import { useEngine } from '../../watch/engine.tsx'
import { isImage } from './attachments.ts'

const KEPT = 60
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

/** Anything but a plain picture gets a type that no browser opens as a document of this origin. */
async function read(engine: Engine, channelId: ChannelId, blobId: string): Promise<string> {
  const file = await engine.send('file.read', { channelId, blobId })
  const type = isImage(file.mediaType) ? file.mediaType : 'application/octet-stream'
  return URL.createObjectURL(new Blob([file.bytes as Uint8Array<ArrayBuffer>], { type }))
}

export type FileUrl = { state: 'loading' } | { state: 'ready'; url: string } | { state: 'failed' }

export function useFileUrl(channelId: ChannelId, blobId: string): FileUrl {
  const engine = useEngine()
  const [result, setResult] = useState<FileUrl>({ state: 'loading' })
  useEffect(() => {
    let wanted = true
    fileUrl(engine, channelId, blobId).then(
      (url) => wanted && setResult({ state: 'ready', url }),
      () => wanted && setResult({ state: 'failed' }),
    )
    return () => {
      wanted = false
    }
  }, [engine, channelId, blobId])
  return result
}

/** Saves a decrypted file under its own name. */
export async function download(engine: Engine, channelId: ChannelId, file: { blobId: string; name: string }) {
  const link = document.createElement('a')
  link.href = await fileUrl(engine, channelId, file.blobId)
  link.download = file.name
  link.click()
}
