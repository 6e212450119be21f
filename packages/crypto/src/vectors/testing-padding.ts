/** Padmé written a second time, from the paper's bit masks instead of divisions. For tests only. */
import { concat } from './testing-primitives.ts'

export function paddedLength(length: number): number {
  if (length < 2) return length
  const exponent = length.toString(2).length - 1
  const lastBits = BigInt(exponent - exponent.toString(2).length)
  const mask = (1n << lastBits) - 1n
  return Number((BigInt(length) + mask) & ~mask)
}

export function paddedBytes(content: Uint8Array): Uint8Array {
  const marked = content.length + 1
  return concat(content, Uint8Array.of(0x80), new Uint8Array(paddedLength(marked) - marked))
}
