/**
 * Marks: texts and keys that are sent through a program, to look for afterwards in what it keeps. For tests of what a server or
 * a browser holds. A text mark is random, so that no compression shortens it.
 */
import { randomBytes } from 'node:crypto'

/**
 * `secret`: may be nowhere; `passing`: the program is told it, and keeps no copy; `token`: the program hands it out, and keeps no
 * copy; `known`: the program holds it and may, so that a search that does not find it has not searched.
 */
export type MarkKind = 'secret' | 'passing' | 'token' | 'known'

export interface Mark {
  readonly kind: MarkKind
  readonly name: string
  readonly bytes: Uint8Array
}

/** A form in which a mark may lie somewhere. */
export interface MarkForm {
  readonly mark: Mark
  readonly form: string
  readonly bytes: Uint8Array
}

const MARK_BYTES = 14
const ALIGNMENTS = [0, 1, 2]

export class Marks {
  readonly #marks = new Map<string, Mark>()

  get all(): Mark[] {
    return [...this.#marks.values()]
  }

  /** A new mark, to be put into what is typed somewhere. */
  make(kind: MarkKind, name: string): string {
    const text = `z${randomBytes(MARK_BYTES).toString('hex')}`
    this.addText(kind, name, text)
    return text
  }

  addText(kind: MarkKind, name: string, text: string): void {
    this.add(kind, name, Buffer.from(text))
  }

  /** The same bytes are one mark, whatever they are called. */
  add(kind: MarkKind, name: string, bytes: Uint8Array): void {
    const key = Buffer.from(bytes).toString('hex')
    if (!this.#marks.has(key)) this.#marks.set(key, { kind, name, bytes: bytes.slice() })
  }
}

/** As it is; in UTF-16; in hexadecimal; in Base64 at any place of a longer text; and as JSON has bytes. */
export function formsOf(mark: Mark): MarkForm[] {
  const bytes = Buffer.from(mark.bytes)
  const hex = bytes.toString('hex')
  const numbers = [...bytes]
  const texts: [string, string][] = [
    ['hexadecimal', hex],
    ['hexadecimal', hex.toUpperCase()],
    ...ALIGNMENTS.map((before): [string, string] => ['Base64', insideBase64(bytes, before)]),
    ...ALIGNMENTS.map((before): [string, string] => ['Base64url', asUrl(insideBase64(bytes, before))]),
    ['an array', numbers.join(',')],
    ['an object', numbers.map((byte, index) => `"${index}":${byte}`).join(',')],
  ]
  return [
    { mark, form: 'as it is', bytes },
    { mark, form: 'UTF-16', bytes: Buffer.from(bytes.toString('latin1'), 'utf16le') },
    ...texts.map(([form, text]) => ({ mark, form, bytes: Buffer.from(text) })),
  ]
}

/** Of the Base64 of a longer text, what the mark alone decides, where so many bytes (modulo 3) stand before it. */
function insideBase64(bytes: Buffer, before: number): string {
  const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
  const whole = Math.floor((before + bytes.length) / 3) * 4
  return encoded.slice(before === 0 ? 0 : before + 1, whole)
}

function asUrl(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_')
}
