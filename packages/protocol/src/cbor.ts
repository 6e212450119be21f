/**
 * CBOR as this protocol uses it (RFC 8949): deterministic encoding (section 4.2.1), no indefinite lengths, no
 * duplicate keys, no tags, text keys in maps. SPEC.md, section "Encoding" (ENC-1 to ENC-4).
 */
import { decode, encode, rfc8949EncodeOptions } from 'cborg'

/** Deterministic CBOR: the same value always gives the same bytes, so that it can be signed and hashed. */
export function encodeCbor(value: unknown): Uint8Array {
  const { buffer, byteOffset, length } = encode(value, rfc8949EncodeOptions)
  // In Node the encoder may answer with a Buffer, whose slice() shares memory: callers get a plain Uint8Array.
  return new Uint8Array(buffer, byteOffset, length)
}

/**
 * Decodes strictly (ENC-2). Throws Error for anything that encodeCbor would not have made, or for what follows the value.
 */
export function decodeCbor(bytes: Uint8Array): unknown {
  const value: unknown = decode(bytes, {
    strict: true,
    allowIndefinite: false,
    allowUndefined: false,
    allowInfinity: false,
    allowNaN: false,
    allowBigInt: false,
    rejectDuplicateMapKeys: true,
  })
  // The decoder lets through unsorted keys, floats in a longer form than they need, and text that is no UTF-8.
  if (!equalBytes(encodeCbor(value), bytes)) throw new Error('not in the deterministic encoding')
  return value
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  // A callback for each byte would be felt at 12 MB.
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false
  return true
}
