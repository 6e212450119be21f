/**
 * Frames as they go out: one CBOR item in one binary WebSocket message (RFC 6455, section 5.2; SPEC.md, GW-1), made once
 * for all who get it. The gateway negotiates no extension and servers do not mask, so that the bytes are the same for every
 * socket.
 */
import { takePresent, type ServerEvent, type ServerFrame } from '@reforms/protocol'

/** Bytes that are ready for a socket: a message's header and the message. */
export type FramedBytes = Buffer

/** The last fragment, and the only one, of a binary message. */
const FINAL_BINARY = 0x82
/** Up to this length the header's second byte is the length. */
const SHORT_MAX = 125
const UINT16_FOLLOWS = 126
const UINT64_FOLLOWS = 127

export function encodeFrame(frame: ServerFrame): FramedBytes {
  return takePresent(frame, framed)
}

export function encodeEvent(event: ServerEvent): FramedBytes {
  return encodeFrame({ event })
}

export function framed(message: Uint8Array): FramedBytes {
  const header = headerOf(message.length)
  const bytes = Buffer.allocUnsafe(header.length + message.length)
  bytes.set(header)
  bytes.set(message, header.length)
  return bytes
}

function headerOf(length: number): number[] {
  if (length <= SHORT_MAX) return [FINAL_BINARY, length]
  if (length <= 0xffff) return [FINAL_BINARY, UINT16_FOLLOWS, length >> 8, length & 0xff]
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(length))
  return [FINAL_BINARY, UINT64_FOLLOWS, ...bytes]
}
