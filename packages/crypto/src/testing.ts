/**
 * What this package's tests share: seeded randomness, identifiers, and the search for a changed byte that is accepted.
 * For tests only.
 */
import { uuidFromBytes } from '@reforms/protocol'
import { CryptoError } from './errors.ts'
import type { Random } from './keys.ts'
import { MlsRefused } from './mls/refusal.ts'

/** A repeatable source of bytes (mulberry32); never for keys that matter. */
export function seeded(seed: number): Random {
  let state = seed
  const nextByte = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) & 0xff
  }
  return (length) => Uint8Array.from({ length }, nextByte)
}

export function uuid<T extends string>(n: number): T {
  const bytes = new Uint8Array(16)
  new DataView(bytes.buffer).setUint32(12, n)
  return uuidFromBytes(bytes) as T
}

/** The code of the CryptoError that this rejects with; 'accepted' when it does not. Any other error is a failure. */
export async function code(outcome: Promise<unknown>): Promise<string> {
  try {
    await outcome
  } catch (error) {
    if (error instanceof CryptoError) return error.code
    throw error
  }
  return 'accepted'
}

/** 'accepted', or the code of the typed error, of this package or of src/mls; any other error is a failure. */
export async function outcomeOf(step: () => Promise<unknown>): Promise<string> {
  try {
    await step()
  } catch (error) {
    if (error instanceof CryptoError || error instanceof MlsRefused) return error.code
    throw error
  }
  return 'accepted'
}

/** For long bytes, which an assertion takes seconds to compare, and prints whole. */
export function demandSame(again: Uint8Array, bytes: Uint8Array): void {
  if (Buffer.compare(again, bytes) !== 0)
    throw new Error(`A second form of ${bytes.length} bytes was accepted`)
}

const SHOWN_BYTES = 500

/** As hex, and no more of it than somebody would read. */
export function shown(bytes: Uint8Array): string {
  const more = bytes.length > SHOWN_BYTES ? `… of ${bytes.length} bytes` : ''
  return Buffer.from(bytes.subarray(0, SHOWN_BYTES)).toString('hex') + more
}

/** The positions at which a flipped bit, or a cut, was accepted: none, for a sound decoder. */
export async function flipEveryByte(
  bytes: Uint8Array,
  open: (changed: Uint8Array) => Promise<unknown>,
): Promise<number[]> {
  const accepted: number[] = []
  for (let position = 0; position < bytes.length; position += 1) {
    const flipped = Uint8Array.from(bytes)
    flipped[position]! ^= 1 << (position % 8)
    const outcomes = [await code(open(flipped)), await code(open(bytes.slice(0, position)))]
    if (outcomes.includes('accepted')) accepted.push(position)
  }
  return accepted
}
