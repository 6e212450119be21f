/** Pictures to send. */
import { crc32, deflateSync } from 'node:zlib'

export const PICTURE = { width: 600, height: 400 }

function chunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type), data])
  const framed = Buffer.alloc(named.length + 8)
  framed.writeUInt32BE(data.length, 0)
  named.copy(framed, 4)
  framed.writeUInt32BE(crc32(named), named.length + 4)
  return framed
}

/** A PNG. Not compressed, so that it is large enough for a small picture to go with its message. */
export function picture(shade: number, { width, height } = PICTURE): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0])
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  const line = (y: number) => {
    const pixels = Array.from({ length: width }, (_, x) => [shade, (x * 255) / width, (y * 255) / height])
    return Buffer.from([0, ...pixels.flat()])
  }
  const lines = Buffer.concat(Array.from({ length: height }, (_, y) => line(y)))
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const data = deflateSync(lines, { level: 0 })
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
