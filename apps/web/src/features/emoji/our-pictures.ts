/**
 * The pictures of the organisation's emoji as blob: addresses: each is read from the engine once, and stays as long as the page. Whoever
 * wants less motion sees the first picture of a moving one.
 */
import type { Engine } from '@reforms/client'
import type { EmojiId } from '@reforms/protocol'
import { useEffect, useState } from 'react'
import { useEngine } from '../../watch/engine.tsx'

const urls = new Map<EmojiId, Promise<string>>()
/** Those that are here are drawn at once, so that nothing blinks. */
const ready = new Map<EmojiId, string>()

/** Undefined until it is here, and where it cannot be had. */
export function useOurPicture(emojiId: EmojiId): string | undefined {
  const engine = useEngine()
  const [, setHere] = useState(ready.has(emojiId))
  useEffect(() => {
    let left = false
    urlOf(engine, emojiId).then(
      () => !left && setHere(true),
      () => undefined,
    )
    return () => {
      left = true
    }
  }, [engine, emojiId])
  return ready.get(emojiId)
}

function urlOf(engine: Engine, emojiId: EmojiId): Promise<string> {
  const known = urls.get(emojiId)
  if (known) return known
  const url = read(engine, emojiId)
  urls.set(emojiId, url)
  url.then(
    (address) => ready.set(emojiId, address),
    () => urls.delete(emojiId),
  )
  return url
}

async function read(engine: Engine, emojiId: EmojiId): Promise<string> {
  const { bytes, mediaType } = await engine.send('emoji.picture', { emojiId })
  const picture = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mediaType })
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
  return URL.createObjectURL(isStill ? await firstOf(picture) : picture)
}

async function firstOf(picture: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(picture)
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
  bitmap.close()
  return canvas.convertToBlob()
}
