/** A picture that somebody has chosen, as an emoji: small enough for the server, made so in the page. SPEC.md, EMO-2. */
import { EMOJI_MAX_BYTES, EMOJI_SIDE_MAX_PIXELS } from '@reforms/protocol/limits'

const CHOSEN_MAX_BYTES = 10 * 1024 * 1024
/** What the server takes as it is. */
const TAKEN = ['image/png', 'image/webp', 'image/gif']
export const CHOOSABLE = [...TAKEN, 'image/jpeg'].join(',')
/** Browsers that write no WebP write PNG. Tried until one fits. */
const QUALITIES = [0.92, 0.7, 0.4]

export type EmojiPicture =
  /** `stands`: it moved, and does no more. */
  { picture: Blob; stands: boolean } | { problem: 'unreadable' | 'too-large' }

export async function emojiPicture(file: Blob): Promise<EmojiPicture> {
  if (file.size > CHOSEN_MAX_BYTES) return { problem: 'too-large' }
  if (!CHOOSABLE.split(',').includes(file.type)) return { problem: 'unreadable' }
  try {
    const bitmap = await createImageBitmap(file)
    const side = Math.max(bitmap.width, bitmap.height)
    const fits = side <= EMOJI_SIDE_MAX_PIXELS && file.size <= EMOJI_MAX_BYTES && TAKEN.includes(file.type)
    const picture = fits ? file : await made(bitmap, Math.min(1, EMOJI_SIDE_MAX_PIXELS / side))
    bitmap.close()
    return picture ? { picture, stands: !fits && file.type === 'image/gif' } : { problem: 'too-large' }
  } catch {
    return { problem: 'unreadable' }
  }
}

async function made(bitmap: ImageBitmap, scale: number): Promise<Blob | undefined> {
  const [width, height] = [bitmap.width, bitmap.height].map((full) => Math.max(1, Math.round(full * scale)))
  const canvas = new OffscreenCanvas(width as number, height as number)
  const context = canvas.getContext('2d')
  if (context) context.imageSmoothingQuality = 'high'
  context?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  for (const quality of QUALITIES) {
    const picture = await canvas.convertToBlob({ type: 'image/webp', quality })
    if (picture.size <= EMOJI_MAX_BYTES) return picture
  }
  return undefined
}

/** A short name from a file's: what is left of it in small letters, digits and underscores. */
export function nameFrom(fileName: string): string {
  const words = fileName
    .replace(/\.[^.]*$/, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '_')
    .replace(/_{2,}/g, '_')
  return words
    .replace(/^[^a-z]+/, '')
    .slice(0, 32)
    .replace(/[_-]+$/, '')
}
