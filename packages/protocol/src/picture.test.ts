import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pictureFacts, pictureSize } from './picture.ts'

const from = (...parts: (string | number[])[]) => {
  const bytes = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  )
  return new Uint8Array(Buffer.concat([bytes, Buffer.alloc(40)]))
}
const SIZE = [1, 2, 3, 4]

describe('EMO-2: what kind of picture it is, and how large', () => {
  it('says the header', () => {
    const png = from('\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 0, 0, 128, 0, 0, 1, 0])
    expect(pictureFacts(png)).toEqual({ mediaType: 'image/png', width: 128, height: 256 })
    const gif = from('GIF89a', [128, 0, 1, 1])
    expect(pictureFacts(gif)).toEqual({ mediaType: 'image/gif', width: 128, height: 257 })
  })

  it('and of a GIF its frames, which may be larger than the header says', () => {
    const colours = new Array<number>(6).fill(9)
    const frame = (left: number, width: number, flags = 0) => [0x2c, left, 0, 2, 0, width, 1, 3, 0, flags]
    const pixels = [2, 3, 1, 2, 0x2c, 0]
    const remark = [0x21, 0xfe, 2, 0x2c, 0x2c, 1, 0, 0]
    const start = ['GIF89a', [1, 0, 1, 0, 0x80, 0, 0], colours]
    const small = from(...start, remark, frame(0, 1), pixels, [0x3b])
    expect(pictureFacts(small)).toMatchObject({ width: 257, height: 5 })
    const second = from(...start, remark, frame(0, 0, 0x80), colours, pixels, remark, frame(7, 9), pixels)
    expect(pictureFacts(second)).toMatchObject({ width: 7 + 9 + 256, height: 5 })
    const cutOff = from(...start, remark).subarray(0, 30)
    expect(pictureFacts(cutOff)).toMatchObject({ width: 1, height: 1 })
  })

  it('of WebP in each of its three forms', () => {
    const webp = (form: string, ...rest: (string | number[])[]) =>
      from('RIFF', SIZE, 'WEBP', form, SIZE, ...rest)
    const lossy = webp('VP8 ', [1, 2, 3], '\x9d\x01\x2a', [128, 0x40, 127, 0])
    const lossless = webp('VP8L', [0x2f, 127, 0xc0, 31, 0])
    const extended = webp('VP8X', [0, 0, 0, 0], [127, 0, 0, 255, 1, 0])
    expect(pictureFacts(lossy)).toEqual({ mediaType: 'image/webp', width: 128, height: 127 })
    expect(pictureFacts(lossless)).toEqual({ mediaType: 'image/webp', width: 128, height: 128 })
    expect(pictureFacts(extended)).toEqual({ mediaType: 'image/webp', width: 128, height: 512 })
    expect(pictureFacts(webp('VP8L', [1, 2, 3, 4, 5]))).toBeUndefined()
    expect(pictureFacts(webp('VP8 ', [1, 2, 3, 4, 5, 6]))).toBeUndefined()
    expect(pictureFacts(webp('ALPH', [1]))).toBeUndefined()
  })

  it('is nothing of documents, of other kinds and of what is cut off', () => {
    for (const other of [
      '<svg xmlns="http://www.w3.org/2000/svg"/>',
      '%PDF-1.7',
      '<!doctype html>',
      '\xff\xd8\xff',
    ])
      expect(pictureFacts(from(other))).toBeUndefined()
    expect(pictureFacts(new Uint8Array(Buffer.from('GIF89a')))).toBeUndefined()
  })

  it('of any bytes it says something or nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        pictureFacts(bytes)
      }),
    )
  })
})

describe('FIL-9: how large a picture of a message is, of all kinds that browsers draw', () => {
  it('of a JPEG says its frame, behind whatever else there is', () => {
    const start = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0xff, 0xc0]
    const tables = [0xff, 0xc4, 0, 3, 1, 0xff, 0xff, 0xd0]
    const frame = [0xff, 0xc2, 0, 11, 8, 1, 2, 3, 4, 1]
    expect(pictureSize(from(start, tables, frame))).toEqual({ width: 0x304, height: 0x102 })
    expect(pictureSize(from(start, tables, [0xff, 0xda, 0, 2], frame))).toBeUndefined()
    expect(pictureSize(from(start, [7], frame))).toBeUndefined()
    expect(pictureFacts(from(start, tables, frame))).toBeUndefined()
  })

  it('of an AVIF the largest that it names', () => {
    const size = (width: number, height: number) => ['ispe', [0, 0, 0, 0, 0, 0, width, 1, 0, 0, height, 0x80]]
    const file = ['\0\0\0\x20ftypavif', [0x80, 0x9f, 0xff]]
    expect(pictureSize(from(...file, ...size(1, 9), ...size(2, 3)).slice())).toEqual({
      ...{ width: 0x201, height: 0x980 },
    })
    expect(pictureSize(from(...file))).toBeUndefined()
  })

  it('of the others the same, and of any bytes something or nothing', () => {
    expect(pictureSize(from('GIF89a', [128, 0, 1, 1]))).toMatchObject({ width: 128, height: 257 })
    expect(pictureSize(from('BM', [1, 2, 3, 4]))).toBeUndefined()
    fc.assert(
      fc.property(
        fc.constantFrom('', '\xff\xd8\xff', 'GIF89a', '\0\0\0\0ftypavif'),
        fc.uint8Array(),
        (head, rest) => {
          pictureSize(from(head, [...rest]))
        },
      ),
    )
  })
})
