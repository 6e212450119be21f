/**
 * Branded identifiers. All are UUIDs in lower-case text; those made by clients are UUIDv7 (RFC 9562, section 5.7),
 * so that they sort by time. SPEC.md, section "Identifiers" (ID-1 to ID-3).
 */
declare const brand: unique symbol
type Branded<T, B extends string> = T & { readonly [brand]: B }

export type UserId = Branded<string, 'UserId'>
export type DeviceId = Branded<string, 'DeviceId'>
export type ChannelId = Branded<string, 'ChannelId'>
/** Made by the sender, once for each thing sent: it makes a retry idempotent (LOG-6). */
export type ClientId = Branded<string, 'ClientId'>
export type BlobId = Branded<string, 'BlobId'>
export type SessionId = Branded<string, 'SessionId'>
export type TeamId = Branded<string, 'TeamId'>
export type EmojiId = Branded<string, 'EmojiId'>
export type InvitationId = Branded<string, 'InvitationId'>
/** Of an invite link to a channel. */
export type LinkId = Branded<string, 'LinkId'>

/** Position of an entry in a channel's log: 1, 2, 3… without a gap. 0 stands for "before the first". */
export type Seq = number
/** An MLS epoch within one generation. */
export type Epoch = number
/** A channel's group is founded anew in a next generation when nobody can mend the present one. From 1. */
export type Generation = number
/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Milliseconds = number

export const UUID_PATTERN = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
const uuidExpression = new RegExp(UUID_PATTERN)

export function isUuid(text: string): boolean {
  return uuidExpression.test(text)
}

/** 16 bytes, as RFC 9562 orders them. Throws RangeError for anything but a UUID. */
export function uuidToBytes(uuid: string): Uint8Array {
  if (!isUuid(uuid)) throw new RangeError('not a UUID in lower-case text')
  const hex = uuid.replaceAll('-', '')
  return Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16))
}

/** The inverse of uuidToBytes. */
export function uuidFromBytes(bytes: Uint8Array): string {
  if (bytes.length !== 16) throw new RangeError('a UUID has 16 bytes')
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** A UUIDv7 from a time and 10 random bytes (RFC 9562, section 5.7). */
export function uuidV7(now: Milliseconds, random: Uint8Array): string {
  if (random.length < 10) throw new RangeError('a UUIDv7 takes 10 random bytes')
  const bytes = new Uint8Array(16)
  new DataView(bytes.buffer).setUint16(0, Math.floor(now / 2 ** 32))
  new DataView(bytes.buffer).setUint32(2, now % 2 ** 32)
  bytes.set(random.subarray(0, 10), 6)
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  return uuidFromBytes(bytes)
}
