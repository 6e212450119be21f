/**
 * What kind of picture some bytes are, and how large, by what they say: nothing is decoded. Only kinds that every browser draws, and
 * that are no documents, are known here. For whoever takes a picture from outside. SPEC.md, EMO-2.
 */
export interface PictureFacts {
  readonly mediaType: 'image/png' | 'image/gif' | 'image/webp'
  /** In pixels. */
  readonly width: number
  readonly height: number
}

/** As far as the sizes stand, of each kind. */
const HEADER_BYTES = 30
const PNG = '\x89PNG\r\n\x1a\n\0\0\0\rIHDR'
const GIF = /^GIF8[79]a/
const WEBP = /^RIFF[^]{4}WEBP(VP8[ LX])/
/** What a frame of VP8 begins with, after three bytes. */
const VP8_START = '\x9d\x01\x2a'
const VP8L_SIGN = 0x2f

/** Undefined: it is none that is known here. */
export function pictureFacts(bytes: Uint8Array): PictureFacts | undefined {
  if (bytes.length < HEADER_BYTES) return undefined
  const head = charactersOf(bytes.subarray(0, HEADER_BYTES))
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES)
  if (head.startsWith(PNG))
    return { mediaType: 'image/png', width: view.getUint32(16), height: view.getUint32(20) }
  if (GIF.test(head)) return { mediaType: 'image/gif', ...gifSize(bytes) }
  const size = webpSize(WEBP.exec(head)?.[1], head, view)
  return size && { mediaType: 'image/webp', ...size }
}

const GIF_SCREEN_BYTES = 13
const GIF_IMAGE_BYTES = 10
const [GIF_EXTENSION, GIF_IMAGE] = [0x21, 0x2c]

/** Of the screen and of every frame: browsers make room for a frame that is larger than the screen. (GIF89a, sections 18 to 20.) */
function gifSize(bytes: Uint8Array): { width: number; height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const number = (at: number) => view.getUint16(at, true)
  let [width, height] = [number(6), number(8)]
  let at = GIF_SCREEN_BYTES + colourBytes(bytes[10])
  while (at + GIF_IMAGE_BYTES <= bytes.length) {
    if (bytes[at] === GIF_IMAGE) {
      width = Math.max(width, number(at + 1) + number(at + 5))
      height = Math.max(height, number(at + 3) + number(at + 7))
      // One byte more says how the frame is packed.
      at = afterBlocks(bytes, at + GIF_IMAGE_BYTES + colourBytes(bytes[at + 9]) + 1)
    } else if (bytes[at] === GIF_EXTENSION) at = afterBlocks(bytes, at + 2)
    else break
  }
  return { width, height }
}

/** Of the table of colours that some flags tell of. */
function colourBytes(flags = 0): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

/** Blocks follow each other, each with its length before it, up to an empty one. */
function afterBlocks(bytes: Uint8Array, from: number): number {
  let at = from
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) at += length + 1
  return at + 1
}

function webpSize(form: string | undefined, head: string, view: DataView) {
  switch (form) {
    case 'VP8 ':
      if (!head.startsWith(VP8_START, 23)) return undefined
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    case 'VP8L': {
      if (view.getUint8(20) !== VP8L_SIGN) return undefined
      const sizes = view.getUint32(21, true)
      return { width: (sizes & 0x3fff) + 1, height: ((sizes >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8X':
      return {
        width: (view.getUint32(24, true) & 0xffffff) + 1,
        height: (view.getUint32(26, true) >>> 8) + 1,
      }
    default:
      return undefined
  }
}

interface PictureSize {
  readonly width: number
  readonly height: number
}

/** Of whatever browsers draw: the kinds above, JPEG and AVIF. Undefined: it is none of these, or does not say. SPEC.md, FIL-9. */
export function pictureSize(bytes: Uint8Array): PictureSize | undefined {
  return pictureFacts(bytes) ?? jpegSize(bytes) ?? avifSize(bytes)
}

const JPEG_MARK = 0xff
const [JPEG_START, JPEG_SCAN] = [0xd8, 0xda]
/** Frames are c0 to cf, but for these. */
const JPEG_TABLES: readonly number[] = [0xc4, 0xc8, 0xcc]
/** Two bytes and nothing behind them. */
const isBare = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9)
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && !JPEG_TABLES.includes(marker)

/** Segments follow each other, each with its length before it, up to the frame that says the size. (ITU-T T.81, section B.) */
function jpegSize(bytes: Uint8Array): PictureSize | undefined {
  if (bytes[0] !== JPEG_MARK || bytes[1] !== JPEG_START) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 2
  while (at + 9 <= bytes.length && bytes[at] === JPEG_MARK) {
    const marker = view.getUint8(at + 1)
    if (isFrame(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    if (marker === JPEG_SCAN) return undefined
    if (marker === JPEG_MARK) at += 1
    else at += isBare(marker) ? 2 : 2 + view.getUint16(at + 2)
  }
  return undefined
}

/** As far as the sizes of an AVIF stand. */
const AVIF_HEADER_BYTES = 64 * 1024
const AVIF = /^[^]{4}ftypavi[fs]/
const SIZE_BOX = /ispe[^]{12}/g

/** The largest of what it is put together from. (ISO/IEC 23008-12, section 6.5.3.) */
function avifSize(bytes: Uint8Array): PictureSize | undefined {
  const head = bytes.subarray(0, AVIF_HEADER_BYTES)
  if (!AVIF.test(charactersOf(head.subarray(0, 12)))) return undefined
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  const sizes = [...charactersOf(head).matchAll(SIZE_BOX)].map(({ index }) => ({
    width: view.getUint32(index + 8),
    height: view.getUint32(index + 12),
  }))
  if (sizes.length === 0) return undefined
  const side = (name: keyof PictureSize) => Math.max(...sizes.map((size) => size[name]))
  return { width: side('width'), height: side('height') }
}

/** Of the same numbers: what browsers call latin1 has other characters for some bytes, among them the first of a PNG. */
function charactersOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}
