/** CBOR to values, strictly: see cbor.ts. What it lets through is what the encoder makes of the value, byte for byte (ENC-2). */
import { DEPTH_MAX, FOLLOWS, fromHalf, MAJOR, shortestFloat, SIMPLE, UINT32_VALUES } from './cbor-form.ts'

/** Longer text is left to TextDecoder, which is slow to begin. */
const SHORT_TEXT = 64

/** A byte order mark is text like any other. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

class CborError extends Error {}

/** Keys of maps as they came before, by a hash of their bytes: the same few come again and again. */
const KEPT_KEYS = 256
const keptKeys: (string | undefined)[] = new Array<string | undefined>(KEPT_KEYS)

/** Of one call. */
class Decoder {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0
  #depth = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  read(): unknown {
    const first = this.#first()
    const [major, low] = [first >> 5, first & 31]
    switch (major) {
      case MAJOR.uint:
        return this.#argument(low)
      case MAJOR.negative:
        return this.#negative(low)
      case MAJOR.bytes:
        return this.#read(this.#argument(low))
      case MAJOR.text:
        return this.#text(this.#argument(low))
      case MAJOR.array:
        return this.#array(this.#argument(low))
      case MAJOR.map:
        return this.#map(this.#argument(low))
      case MAJOR.other:
        return this.#other(low)
      default:
        throw new CborError('a tag')
    }
  }

  #first(): number {
    const first = this.#bytes[this.#at]
    if (first === undefined) throw new CborError('it ends early')
    this.#at += 1
    return first
  }

  /** A number up to 2^53 - 1, in the fewest bytes that hold it. */
  #argument(low: number): number {
    if (low < FOLLOWS.one) return low
    const at = this.#at
    if (low === FOLLOWS.one) {
      this.#skip(1)
      return atLeast(FOLLOWS.one, this.#bytes[at]!)
    }
    if (low === FOLLOWS.two) {
      this.#skip(2)
      return atLeast(2 ** 8, this.#view.getUint16(at))
    }
    if (low === FOLLOWS.four) {
      this.#skip(4)
      return atLeast(2 ** 16, this.#view.getUint32(at))
    }
    if (low !== FOLLOWS.eight) throw new CborError('an indefinite length')
    this.#skip(8)
    const value = this.#view.getUint32(at) * UINT32_VALUES + this.#view.getUint32(at + 4)
    if (!Number.isSafeInteger(value)) throw new CborError('a number beyond 2^53 - 1')
    return atLeast(UINT32_VALUES, value)
  }

  #negative(low: number): number {
    const value = -1 - this.#argument(low)
    if (!Number.isSafeInteger(value)) throw new CborError('a number beyond 2^53 - 1')
    return value
  }

  #skip(length: number): void {
    if (length > this.#bytes.length - this.#at) throw new CborError('it ends early')
    this.#at += length
  }

  /** A copy: what was received may be large. */
  #read(length: number): Uint8Array {
    const start = this.#at
    this.#skip(length)
    return new Uint8Array(this.#bytes.subarray(start, this.#at))
  }

  #text(length: number): string {
    const start = this.#at
    this.#skip(length)
    const bytes = this.#bytes.subarray(start, this.#at)
    if (length <= SHORT_TEXT && isAscii(bytes))
      return String.fromCharCode.apply(null, bytes as unknown as number[])
    try {
      return utf8.decode(bytes)
    } catch {
      throw new CborError('text that is no UTF-8')
    }
  }

  #array(length: number): unknown[] {
    this.#enter(length)
    const items: unknown[] = []
    for (let index = 0; index < length; index += 1) items.push(this.read())
    this.#depth -= 1
    return items
  }

  #map(length: number): Record<string, unknown> {
    this.#enter(length * 2)
    const map: Record<string, unknown> = {}
    let [before, beforeEnd] = [0, 0]
    for (let index = 0; index < length; index += 1) {
      const start = this.#at
      const key = this.#key()
      const end = this.#at
      if (index > 0 && !this.#isBefore(before, beforeEnd, start, end)) throw new CborError('unsorted keys')
      ;[before, beforeEnd] = [start, end]
      const value = this.read()
      if (key === '__proto__') Object.defineProperty(map, key, { ...OWN, value })
      else map[key] = value
    }
    this.#depth -= 1
    return map
  }

  /** So many items take at least as many bytes: what is only claimed is not begun. */
  #enter(items: number): void {
    if (items > this.#bytes.length - this.#at) throw new CborError('it ends early')
    this.#depth += 1
    if (this.#depth > DEPTH_MAX) throw new CborError('too deep')
  }

  #key(): string {
    const first = this.#first()
    if (first >> 5 !== MAJOR.text) throw new CborError('a key that is no text')
    const length = this.#argument(first & 31)
    if (length > SHORT_TEXT || length > this.#bytes.length - this.#at) return this.#text(length)
    const [bytes, start] = [this.#bytes, this.#at]
    let hash = length
    for (let at = start; at < start + length; at += 1) hash = (hash * 31 + bytes[at]!) & 0xffff
    const kept = keptKeys[hash % KEPT_KEYS]
    if (kept !== undefined && this.#isNext(kept, length)) {
      this.#at += length
      return kept
    }
    return (keptKeys[hash % KEPT_KEYS] = this.#text(length))
  }

  /** Of text with other characters than ASCII never. */
  #isNext(text: string, length: number): boolean {
    if (text.length !== length) return false
    const [bytes, start] = [this.#bytes, this.#at]
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index)
      if (code > 127 || bytes[start + index] !== code) return false
    }
    return true
  }

  /** Whether one key's encoding sorts before another's. */
  #isBefore(start: number, end: number, otherStart: number, otherEnd: number): boolean {
    const bytes = this.#bytes
    const length = Math.min(end - start, otherEnd - otherStart)
    for (let index = 0; index < length; index += 1) {
      const difference = bytes[start + index]! - bytes[otherStart + index]!
      if (difference !== 0) return difference < 0
    }
    return false
  }

  #other(low: number): unknown {
    const at = this.#at
    switch (low) {
      case SIMPLE.false:
        return false
      case SIMPLE.true:
        return true
      case SIMPLE.null:
        return null
      case FOLLOWS.two:
        this.#skip(2)
        return float(2, fromHalf(this.#view.getUint16(at)))
      case FOLLOWS.four:
        this.#skip(4)
        return float(4, this.#view.getFloat32(at))
      case FOLLOWS.eight:
        this.#skip(8)
        return float(8, this.#view.getFloat64(at))
      default:
        throw new CborError('a value that this protocol does not use')
    }
  }
}

const OWN = { configurable: true, enumerable: true, writable: true } as const

function atLeast(least: number, value: number): number {
  if (value < least) throw new CborError('a long form of a small number')
  return value
}

/** What an integer can say is no float. */
function float(length: number, value: number): number {
  const isShortest = !Number.isSafeInteger(value) && Number.isFinite(value) && shortestFloat(value) === length
  if (!isShortest) throw new CborError('a float in another form than the shortest')
  return value
}

function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 127) return false
  return true
}

/** Decodes strictly (ENC-2). Throws Error for anything that encodeCbor would not have made, or for what follows the value. */
export function decodeCbor(bytes: Uint8Array): unknown {
  const decoder = new Decoder(bytes)
  const value = decoder.read()
  if (!decoder.isAtEnd) throw new CborError('bytes after the value')
  return value
}
