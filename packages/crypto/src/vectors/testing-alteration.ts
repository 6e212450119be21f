/** What is done to good bytes so that they must be refused, and the fixed values that all vectors are made of. For tests only. */
import { uuidV7 } from '@reforms/protocol'
import { seeded } from '../testing.ts'
import { cbor } from './testing-cbor.ts'
import { concat, ed25519Sign } from './testing-primitives.ts'

/** 2027-01-15T08:00:00Z. */
export const NOW = 1_800_000_000_000

/** 32 bytes, always the same ones for the same number. */
export function fixed(n: number, length = 32): Uint8Array {
  return seeded(0x5eed00 + n)(length)
}

/** A UUIDv7, always the same one for the same number. */
export function fixedId<T extends string>(n: number): T {
  return uuidV7(NOW + n, fixed(0x1d00 + n, 10)) as T
}

/** With one bit of one byte changed; a negative position counts from the end. */
export function flipped(bytes: Uint8Array, position: number): Uint8Array {
  const changed = Uint8Array.from(bytes)
  changed[position < 0 ? bytes.length + position : position]! ^= 1
  return changed
}

export function trailed(bytes: Uint8Array): Uint8Array {
  return concat(bytes, Uint8Array.of(0))
}

/** ENC-4: a signature over [label, body], and the document [label, body, signature]. */
export function signedDocument(seed: Uint8Array, label: string, body: unknown) {
  const signedBytes = cbor([label, body])
  const signature = ed25519Sign(seed, signedBytes)
  return { steps: { signedBytes, signature }, document: cbor([label, body, signature]) }
}

/** The first array head in a long form: the same value in bytes that the encoder would not have made (ENC-2). */
export function longForm(bytes: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(0x98, bytes[0]! & 0x1f), bytes.slice(1))
}
