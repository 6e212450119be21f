/**
 * What a beacon says, once it is open: deterministic CBOR, one shape for each `type`, every field capped. It is sealed and signed
 * as a message is, with `beacon` as its kind. SPEC.md, BCN-1, STAT-1, RCPT-1. Clients only.
 */
import { SeqSchema, TimeSchema, limits, object } from '@reforms/protocol'
import { Type, type Static } from 'typebox'
import { MAX_EMOJI_CHARS } from './content.ts'
import { decodeDocument, encodeDocument } from './document.ts'
import { CryptoError } from './errors.ts'

export const MAX_STATUS_CHARS = 80
const MINUTES_A_DAY = 24 * 60
const Minute = Type.Integer({ minimum: 0, maximum: MINUTES_A_DAY - 1 })

/** Hours of every week in which somebody is not to be disturbed, by the clocks of a zone (as IANA names it). */
export const QuietHours = object({
  /** On which they begin; 0 is Sunday. */
  days: Type.Array(Type.Integer({ minimum: 0, maximum: 6 }), { maxItems: 7 }),
  /** Minutes after midnight. To one that is not later: the next day. */
  from: Minute,
  to: Minute,
  zone: Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_+/-]+$' }),
})
export type QuietHours = Static<typeof QuietHours>

export const Status = object({
  /** May be empty where there are words, and the other way round. */
  emoji: Type.String({ maxLength: MAX_EMOJI_CHARS }),
  text: Type.String({ maxLength: MAX_STATUS_CHARS }),
  until: Type.Optional(TimeSchema),
})
export type Status = Static<typeof Status>

const StatusContent = object({
  type: Type.Literal('status'),
  /** Of the change: of two, the later one holds (STAT-2). */
  clock: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  status: Type.Optional(Status),
  /** Until then they are not to be disturbed. */
  quietUntil: Type.Optional(TimeSchema),
  quietHours: Type.Optional(QuietHours),
})
export type StatusContent = Static<typeof StatusContent>

/** Up to where somebody has read. */
const ReceiptContent = object({ type: Type.Literal('receipt'), seq: SeqSchema })
export type ReceiptContent = Static<typeof ReceiptContent>

export const BeaconContent = Type.Union([StatusContent, ReceiptContent])
export type BeaconContent = Static<typeof BeaconContent>

/** Throws CryptoError 'malformed' or 'too-large'. */
export function encodeBeacon(content: BeaconContent): Uint8Array {
  return encodeDocument(BeaconContent, content, limits.BEACON_MAX_BYTES)
}

/** Throws CryptoError 'malformed' or 'too-large'. */
export function decodeBeacon(encoded: Uint8Array): BeaconContent {
  return decodeDocument(BeaconContent, encoded, limits.BEACON_MAX_BYTES)
}

/** Undefined for what this version does not know. */
export function knownBeacon(encoded: Uint8Array): BeaconContent | undefined {
  try {
    return decodeBeacon(encoded)
  } catch (error) {
    if (error instanceof CryptoError) return undefined
    throw error
  }
}
