/** A small picture of a large image, made on the sender's device: it travels in the message, and stands where the image will be. */

const MAX_BYTES = 8192
const TYPE = 'image/jpeg'
/** Tried until one fits: the longer side in pixels, and the quality. */
const FORMS = [
  { side: 360, quality: 0.5 },
  { side: 280, quality: 0.4 },
  { side: 200, quality: 0.35 },
  { side: 120, quality: 0.3 },
] as const

export async function thumbnailOf(bitmap: ImageBitmap): Promise<Uint8Array | undefined> {
  for (const { side, quality } of FORMS) {
    const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height))
    const [width, height] = [bitmap.width, bitmap.height].map((full) => Math.max(1, Math.round(full * scale)))
    const canvas = new OffscreenCanvas(width as number, height as number)
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    const picture = await canvas.convertToBlob({ type: TYPE, quality })
    if (picture.type === TYPE && picture.size <= MAX_BYTES) return new Uint8Array(await picture.arrayBuffer())
  }
  return undefined
}

export function thumbnailUrl(base64: string): string {
  return `data:${TYPE};base64,${base64}`
}
