/**
 * Deterministic CBOR (RFC 8949, section 4.2.1) written a second time, from the RFC alone, so that the vectors do not rest
 * on the library that packages/protocol uses. Integers, texts, bytes, booleans, null, arrays and maps with text keys. For tests only.
 */

/** The head of an item: its major type, and its argument in the fewest bytes. */
function head(major: number, argument: number): Buffer {
  const type = major << 5
  if (argument < 24) return Buffer.from([type | argument])
  if (argument < 2 ** 8) return Buffer.from([type | 24, argument])
  const bytes = Buffer.alloc(argument < 2 ** 16 ? 3 : argument < 2 ** 32 ? 5 : 9)
  bytes[0] = type | (23 + Math.log2(2 * (bytes.length - 1)))
  if (bytes.length === 3) bytes.writeUInt16BE(argument, 1)
  else if (bytes.length === 5) bytes.writeUInt32BE(argument, 1)
  else bytes.writeBigUInt64BE(BigInt(argument), 1)
  return bytes
}

/** Keys in the bytewise order of their encodings. */
function map(value: object): Buffer {
  const pairs = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => [encode(key), encode(item)] as const)
    .sort(([a], [b]) => Buffer.compare(a, b))
  return Buffer.concat([head(5, pairs.length), ...pairs.flat()])
}

function encode(value: unknown): Buffer {
  if (value === null) return Buffer.from([0xf6])
  if (typeof value === 'boolean') return Buffer.from([value ? 0xf5 : 0xf4])
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') {
    const text = Buffer.from(value, 'utf8')
    return Buffer.concat([head(3, text.length), text])
  }
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encode)])
  if (typeof value === 'object') return map(value)
  throw new TypeError(`no CBOR for a ${typeof value}`)
}

export function cbor(value: unknown): Uint8Array {
  return Uint8Array.from(encode(value))
}
