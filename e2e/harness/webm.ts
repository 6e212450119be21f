/**
 * A film for stories: one picture a second, with its number in bars of black and white, so that what is drawn tells where it plays.
 * The browser's own encoder makes the pictures; what holds them is WebM, with places to jump to. EBML is RFC 8794, Matroska RFC 9559.
 */
import type { Page } from 'playwright-core'

export const FILM_SECONDS = 24
const WIDTH = 160
const HEIGHT = 90
/** Bits of the number, the lowest at the left. */
export const BARS = 5
/** After each picture, so that a jump leads far into the file. */
const FILLING_BYTES = 300_000
const TICKS_PER_SECOND = 1000

const SIZE_BYTES = 8

function element(id: string, ...parts: Buffer[]): Buffer {
  const data = Buffer.concat(parts)
  const size = Buffer.alloc(SIZE_BYTES)
  size.writeBigUInt64BE(BigInt(data.length))
  size[0] = 1
  return Buffer.concat([Buffer.from(id, 'hex'), size, data])
}

function whole(id: string, value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return element(id, bytes)
}

function real(id: string, value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return element(id, bytes)
}

const words = (id: string, value: string) => element(id, Buffer.from(value))

const HEADER = element('1a45dfa3', words('4282', 'webm'), whole('4287', 2), whole('4285', 2))
const INFO = element(
  '1549a966',
  whole('2ad7b1', 1_000_000_000 / TICKS_PER_SECOND),
  real('4489', FILM_SECONDS * TICKS_PER_SECOND),
  words('4d80', 'stories'),
  words('5741', 'stories'),
)
const TRACKS = element(
  '1654ae6b',
  element(
    'ae',
    whole('d7', 1),
    whole('73c5', 1),
    whole('83', 1),
    words('86', 'V_VP8'),
    element('e0', whole('b0', WIDTH), whole('ba', HEIGHT)),
  ),
)
/** Of track 1, at the time of its cluster, to be understood without another. */
const KEY_FRAME = Buffer.from([0x81, 0, 0, 0x80])

function cluster(picture: Buffer, second: number): Buffer {
  const filling = element('ec', Buffer.alloc(FILLING_BYTES, second))
  const block = element('a3', KEY_FRAME, picture)
  return element('1f43b675', whole('e7', second * TICKS_PER_SECOND), block, filling)
}

/** Where each cluster begins, counted from the end of what the segment is called. */
function cues(places: number[]): Buffer {
  const points = places.map((place, second) =>
    element('bb', whole('b3', second * TICKS_PER_SECOND), element('b7', whole('f7', 1), whole('f1', place))),
  )
  return element('1c53bb6b', ...points)
}

export async function makeFilm(page: Page): Promise<Buffer> {
  const clusters = (await drawnPictures(page)).map(cluster)
  const first = INFO.length + TRACKS.length + cues(clusters.map(() => 0)).length
  const places = clusters.map((_, second) =>
    clusters.slice(0, second).reduce((sum, { length }) => sum + length, first),
  )
  return Buffer.concat([HEADER, element('18538067', INFO, TRACKS, cues(places), ...clusters)])
}

/** As VP8. */
async function drawnPictures(page: Page): Promise<Buffer[]> {
  const pictures = await page.evaluate(
    async ({ seconds, bars, width, height }) => {
      const encoded: string[] = []
      const encoder = new VideoEncoder({
        output: (chunk) => {
          const bytes = new Uint8Array(chunk.byteLength)
          chunk.copyTo(bytes)
          encoded.push(btoa(String.fromCharCode(...bytes)))
        },
        error: reportError,
      })
      encoder.configure({ codec: 'vp8', width, height })
      const canvas = new OffscreenCanvas(width, height)
      const pen = canvas.getContext('2d')!
      for (let second = 0; second < seconds; second += 1) {
        for (let bar = 0; bar < bars; bar += 1) {
          pen.fillStyle = (second >> bar) & 1 ? 'white' : 'black'
          pen.fillRect((bar * width) / bars, 0, width / bars, height)
        }
        const frame = new VideoFrame(canvas, { timestamp: second * 1_000_000 })
        encoder.encode(frame, { keyFrame: true })
        frame.close()
      }
      await encoder.flush()
      return encoded
    },
    { seconds: FILM_SECONDS, bars: BARS, width: WIDTH, height: HEIGHT },
  )
  return pictures.map((picture) => Buffer.from(picture, 'base64'))
}
