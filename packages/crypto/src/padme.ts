/**
 * Padmé: padding to lengths of which few exist, at most 12 % longer (Nikitin et al., "Reducing Metadata Leakage from
 * Encrypted Files and Communication with PURBs", PETS 2019, section 4). Within this package only.
 */
import { CryptoError } from './errors.ts'

/** Ends the content, so that it may itself end in zeros (as in ISO/IEC 7816-4). */
const END_MARK = 0x80

/** The smallest permitted length that holds `length` bytes. */
export function padmeLength(length: number): number {
  if (length < 2) return length
  const exponent = Math.floor(Math.log2(length))
  const significant = Math.floor(Math.log2(exponent)) + 1
  const step = 2 ** (exponent - significant)
  return step <= 1 ? length : Math.ceil(length / step) * step
}

export function pad(content: Uint8Array): Uint8Array {
  const padded = new Uint8Array(padmeLength(content.length + 1))
  padded.set(content)
  padded[content.length] = END_MARK
  return padded
}

/** Throws CryptoError 'malformed' for anything but what pad makes. */
export function unpad(padded: Uint8Array): Uint8Array {
  const length = padded.findLastIndex((byte) => byte !== 0)
  if (length < 0 || padded[length] !== END_MARK || padmeLength(length + 1) !== padded.length) {
    throw new CryptoError('malformed', 'the padding is not what it should be')
  }
  return padded.slice(0, length)
}
