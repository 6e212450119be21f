/**
 * What a file of packages/crypto/vectors holds and how it is made: inputs, the values on the way and the output, each
 * computed twice, and alterations that must be refused. In these files a string that begins with "0x" is bytes. For tests only.
 */
import { CryptoError } from '../errors.ts'
import { MlsRefused } from '../mls/refusal.ts'

export type Values = Readonly<Record<string, unknown>>

export interface Format<I = unknown, O = unknown, G = unknown> {
  /** The file's name without its ending. */
  readonly name: string
  /** Of the bytes' format: 1 where it is absent. */
  readonly version?: number
  readonly rules: readonly string[]
  /** How the bytes are made, in a line or two. */
  readonly about: string
  readonly inputs: Readonly<Record<string, I>>
  /** From the rules alone, with none of this package's code: every value on the way, and the output. */
  second(input: I): { readonly steps: Values; readonly output: O }
  /** This package's code. Absent where it draws a key of its own, which cannot be handed in. */
  make?(input: I): Promise<O>
  /** What this package's code reads in the output: each value stands, under the same name, in the input or the steps. */
  open(input: I, output: O): Promise<Values>
  /** What must be refused, by what is wrong with it. */
  readonly refused: Readonly<Record<string, { readonly given: G; readonly code: string }>>
  /** This package's code, on what must be refused. */
  attempt(given: G): Promise<unknown>
}

/** Types of its own inside; read from a file afterwards, where every value is what it was when the file was made. */
export function format<I, O, G>(definition: Format<I, O, G>): Format {
  return definition as Format
}

export interface VectorFile {
  readonly format: string
  readonly version: number
  readonly rules: readonly string[]
  readonly about: string
  readonly vectors: readonly {
    readonly name: string
    readonly input: unknown
    readonly steps: Values
    readonly output: unknown
  }[]
  readonly refused: readonly { readonly name: string; readonly given: unknown; readonly code: string }[]
}

/** The same value with bytes as "0x…" texts: what a JSON file can hold. */
export function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value)) return value.map(toJson)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(entries.map(([key, item]) => [key, toJson(item)]))
}

/** The inverse of toJson. */
export function fromJson(value: unknown): unknown {
  if (typeof value === 'string' && value.startsWith('0x'))
    return Uint8Array.from(Buffer.from(value.slice(2), 'hex'))
  if (Array.isArray(value)) return value.map(fromJson)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromJson(item)]))
}

/** The file as it is committed. */
export function vectorFile(one: Format): VectorFile {
  const { name, version = 1, rules, about } = one
  const vectors = Object.entries(one.inputs).map(([title, input]) => {
    const { steps, output } = one.second(input)
    return { name: title, input, steps, output }
  })
  const refused = Object.entries(one.refused).map(([title, { given, code }]) => ({
    name: title,
    given,
    code,
  }))
  return toJson({ format: name, version, rules, about, vectors, refused }) as VectorFile
}

export function vectorText(one: Format): string {
  return `${JSON.stringify(vectorFile(one), null, 2)}\n`
}

/** The code of the refusal; 'accepted' when there is none. Any other error is a failure. */
export async function refusalOf(outcome: () => unknown): Promise<string> {
  try {
    await outcome()
  } catch (error) {
    if (error instanceof CryptoError || error instanceof MlsRefused) return error.code
    throw error
  }
  return 'accepted'
}
