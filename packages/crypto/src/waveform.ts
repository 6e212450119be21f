/**
 * What is drawn of a voice message before it is fetched: how long it is, and how loud along its length. It travels as the
 * thumbnail of the file, which who does not know it passes over. SPEC.md, FIL-8. Clients only.
 */
import { bytes } from '@reforms/protocol'
import { Type, type Static } from 'typebox'
import { MAX_THUMBNAIL_BYTES } from './content.ts'
import { decodeDocument, encodeDocument } from './document.ts'
import { CryptoError } from './errors.ts'

export const MAX_LEVELS = 200
const MAX_DURATION_MS = 24 * 60 * 60 * 1000

/** ["waveform", version of the format, milliseconds, levels] */
const Packed = Type.Tuple([
  Type.Literal('waveform'),
  Type.Literal(1),
  Type.Integer({ minimum: 1, maximum: MAX_DURATION_MS }),
  bytes(1, MAX_LEVELS),
])
type Packed = Static<typeof Packed>

export interface Waveform {
  readonly durationMs: number
  /** One byte for each of as many equal parts of the sound: from 0, silence, to 255, as loud as can be. */
  readonly levels: Uint8Array
}

/** Throws CryptoError 'malformed'. */
export function encodeWaveform({ durationMs, levels }: Waveform): Uint8Array {
  const packed: Packed = ['waveform', 1, durationMs, levels]
  return encodeDocument(Packed, packed, MAX_THUMBNAIL_BYTES)
}

/** Throws CryptoError 'malformed' or 'too-large'. */
export function decodeWaveform(encoded: Uint8Array): Waveform {
  const [, , durationMs, levels] = decodeDocument(Packed, encoded, MAX_THUMBNAIL_BYTES)
  return { durationMs, levels }
}

/** Undefined where a thumbnail is anything else, as a picture. */
export function knownWaveform(thumbnail: Uint8Array): Waveform | undefined {
  try {
    return decodeWaveform(thumbnail)
  } catch (error) {
    if (error instanceof CryptoError) return undefined
    throw error
  }
}
