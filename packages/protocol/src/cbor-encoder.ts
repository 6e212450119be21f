/** Values to CBOR: see cbor.ts. */
import { DEPTH_MAX, FOLLOWS, MAJOR, shortestFloat, SIMPLE, toHalf, UINT32_VALUES } from './cbor-form.ts'

const FIRST_BYTES = 4096
/** A larger buffer is not kept for the next value. */
const KEPT_BYTES = 256 * 1024
/** Longer text is left to TextEncoder, which is slow to begin. */
const SHORT_TEXT = 64
const HEAD_MAX_BYTES = 9
/** A map of a frame has no more. */
const FEW_KEYS = 24

const utf8 = new TextEncoder()

/** Of one call. Its buffer is that of the last call, unless that one is still under way. */
class Encoder {
  readonly #skipsUndefined: boolean
  #bytes: Uint8Array<ArrayBuffer>
  #view: DataView
  #end = 0
  #depth = 0

  constructor(bytes: Uint8Array<ArrayBuffer>, skipsUndefined: boolean) {
    this.#bytes = bytes
    this.#view = viewOf(bytes)
    this.#skipsUndefined = skipsUndefined
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes
  }

  /** Its own bytes, until the next value is written. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#end)
  }

  write(value: unknown): void {
    if (typeof value === 'string') this.#text(value)
    else if (typeof value === 'number') this.#number(value)
    else if (typeof value === 'boolean') this.#byte((MAJOR.other << 5) | (value ? SIMPLE.true : SIMPLE.false))
    else if (value === null) this.#byte((MAJOR.other << 5) | SIMPLE.null)
    else if (typeof value === 'object') this.#object(value)
    else throw new TypeError(`CBOR has no ${typeof value} here`)
  }

  #object(value: object): void {
    if (value instanceof Uint8Array) {
      this.#head(MAJOR.bytes, value.length)
      this.#append(value)
      return
    }
    this.#depth += 1
    if (this.#depth > DEPTH_MAX) throw new RangeError('too deep for CBOR')
    if (Array.isArray(value)) this.#array(value)
    else this.#map(value as Readonly<Record<string, unknown>>)
    this.#depth -= 1
  }

  #array(items: readonly unknown[]): void {
    this.#head(MAJOR.array, items.length)
    for (const item of items) this.write(item)
  }

  #map(map: Readonly<Record<string, unknown>>): void {
    if (!isPlain(map)) throw new TypeError('CBOR has plain objects only here')
    let keys = Object.keys(map)
    if (this.#skipsUndefined && keys.some((key) => map[key] === undefined))
      keys = keys.filter((key) => map[key] !== undefined)
    sortKeys(keys)
    this.#head(MAJOR.map, keys.length)
    for (const key of keys) {
      this.#text(key)
      this.write(map[key])
    }
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value)) this.#float(value)
    else if (value >= 0) this.#head(MAJOR.uint, value)
    else this.#head(MAJOR.negative, -1 - value)
  }

  #float(value: number): void {
    if (!Number.isFinite(value)) throw new TypeError(`CBOR has no ${value} here`)
    const length = shortestFloat(value)
    this.#reserve(1 + length)
    const at = this.#end + 1
    this.#bytes[this.#end] =
      (MAJOR.other << 5) | (length === 2 ? FOLLOWS.two : length === 4 ? FOLLOWS.four : FOLLOWS.eight)
    if (length === 2) this.#view.setUint16(at, toHalf(value)!)
    else if (length === 4) this.#view.setFloat32(at, value)
    else this.#view.setFloat64(at, value)
    this.#end = at + length
  }

  #text(text: string): void {
    if (text.length <= SHORT_TEXT && this.#ascii(text)) return
    const bytes = utf8.encode(text)
    this.#head(MAJOR.text, bytes.length)
    this.#append(bytes)
  }

  /** False, with nothing written, for what is not. */
  #ascii(text: string): boolean {
    const { length } = text
    // Room for any head: to make room after the letters are written would lose them, since they lie beyond the end.
    this.#reserve(HEAD_MAX_BYTES + length)
    const [bytes, start] = [this.#bytes, this.#end + (length < FOLLOWS.one ? 1 : 2)]
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index)
      if (code > 127) return false
      bytes[start + index] = code
    }
    this.#head(MAJOR.text, length)
    this.#end += length
    return true
  }

  /** An item's major type with its argument in the fewest bytes. */
  #head(major: number, argument: number): void {
    this.#reserve(HEAD_MAX_BYTES)
    const [first, at] = [major << 5, this.#end + 1]
    if (argument < FOLLOWS.one) {
      this.#bytes[this.#end] = first | argument
      this.#end = at
    } else if (argument < 2 ** 8) {
      this.#bytes[this.#end] = first | FOLLOWS.one
      this.#bytes[at] = argument
      this.#end = at + 1
    } else if (argument < 2 ** 16) {
      this.#bytes[this.#end] = first | FOLLOWS.two
      this.#view.setUint16(at, argument)
      this.#end = at + 2
    } else if (argument < UINT32_VALUES) {
      this.#bytes[this.#end] = first | FOLLOWS.four
      this.#view.setUint32(at, argument)
      this.#end = at + 4
    } else {
      this.#bytes[this.#end] = first | FOLLOWS.eight
      this.#view.setUint32(at, Math.floor(argument / UINT32_VALUES))
      this.#view.setUint32(at + 4, argument % UINT32_VALUES)
      this.#end = at + 8
    }
  }

  #byte(byte: number): void {
    this.#reserve(1)
    this.#bytes[this.#end] = byte
    this.#end += 1
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#end)
    this.#end += bytes.length
  }

  #reserve(length: number): void {
    const needed = this.#end + length
    if (needed <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    larger.set(this.#bytes.subarray(0, this.#end))
    this.#bytes = larger
    this.#view = viewOf(larger)
  }
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length)
}

/** Anything else has no one meaning as a map. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  // The prototype of plain objects of another realm has none itself.
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null
}

/** As their encodings sort: shorter ones first, then by their bytes. Few are put in their places one by one, without a copy. */
function sortKeys(keys: string[]): void {
  if (keys.length > FEW_KEYS) {
    keys.sort(compareKeys)
    return
  }
  for (let index = 1; index < keys.length; index += 1) {
    const key = keys[index]!
    let place = index
    for (; place > 0 && compareKeys(keys[place - 1]!, key) > 0; place -= 1) keys[place] = keys[place - 1]!
    keys[place] = key
  }
}

function compareKeys(a: string, b: string): number {
  if (!isAscii(a) || !isAscii(b)) return compareEncoded(utf8.encode(a), utf8.encode(b))
  return a.length - b.length || (a < b ? -1 : 1)
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 127) return false
  return true
}

function compareEncoded(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return a.length - b.length
  const at = a.findIndex((byte, index) => byte !== b[index])
  return at < 0 ? 0 : a[at]! - b[at]!
}

let spare: Uint8Array<ArrayBuffer> | undefined = new Uint8Array(FIRST_BYTES)

function encode<T>(
  value: unknown,
  skipsUndefined: boolean,
  take: (written: Uint8Array<ArrayBuffer>) => T,
): T {
  // A getter of the value may encode something itself.
  const encoder = new Encoder(spare ?? new Uint8Array(FIRST_BYTES), skipsUndefined)
  spare = undefined
  try {
    encoder.write(value)
    return take(encoder.written)
  } finally {
    spare = encoder.bytes.length <= KEPT_BYTES ? encoder.bytes : undefined
  }
}

function copied(written: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return written.slice()
}

/**
 * Deterministic CBOR: the same value always gives the same bytes, so that it can be signed and hashed. Throws TypeError for what
 * CBOR has not, or this protocol does not use, such as undefined, NaN and bigints.
 */
export function encodeCbor(value: unknown): Uint8Array<ArrayBuffer> {
  return encode(value, false, copied)
}

/** The same, where properties that may be absent are `undefined`: they are left out. */
export function encodePresent(value: unknown): Uint8Array<ArrayBuffer> {
  return encode(value, true, copied)
}

/**
 * encodeCbor for `take`, which is handed the bytes themselves and copies what it keeps: the next value is written over them.
 */
export function takeCbor<T>(value: unknown, take: (written: Uint8Array) => T): T {
  return encode(value, false, take)
}

/** encodePresent for `take`, in the same way. */
export function takePresent<T>(value: unknown, take: (written: Uint8Array) => T): T {
  return encode(value, true, take)
}
