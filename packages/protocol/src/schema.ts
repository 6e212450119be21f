/**
 * Schema pieces shared by operations, events and signed documents. Bytes are byte strings in CBOR and unpadded
 * base64url in JSON (ENC-3); inside the program they are always Uint8Array.
 */
import { Type, type TObject, type TProperties, type TUnsafe } from 'typebox'
import {
  UUID_PATTERN,
  type BlobId,
  type ChannelId,
  type ClientId,
  type DeviceId,
  type EmojiId,
  type InvitationId,
  type LinkId,
  type SessionId,
  type TeamId,
  type UserId,
} from './ids.ts'
import { cleanLines, cleanName } from './name.ts'

/** Bytes of a length between minLength and maxLength, both inclusive. Every byte field has a cap. */
export function bytes(minLength: number, maxLength: number): TUnsafe<Uint8Array> {
  const annotation = { 'x-bytes': { minLength, maxLength } }
  return Type.Refine(
    Type.Unsafe<Uint8Array>(annotation),
    (value: unknown) => value instanceof Uint8Array && value.length >= minLength && value.length <= maxLength,
    () => `must be ${minLength === maxLength ? minLength : `${minLength} to ${maxLength}`} bytes`,
  )
}

interface Length {
  readonly minLength?: number
  readonly maxLength: number
}

/** A name that somebody gives and others see: what is not clean is refused (NAME-2). */
export function name(length: Length): TUnsafe<string> {
  return cleanText('name', cleanName, length)
}

/** The same with several lines. */
export function lines(length: Length): TUnsafe<string> {
  return cleanText('lines', cleanLines, length)
}

function cleanText(kind: 'name' | 'lines', clean: (text: string) => string, length: Length): TUnsafe<string> {
  return Type.Refine(
    Type.Unsafe<string>(Type.String({ ...length, 'x-text': kind })),
    (value: unknown) => typeof value !== 'string' || clean(value) === value,
    () =>
      'must not hold characters that cannot be seen or that change the direction of others, nor spaces at its ends',
  )
}

/** An object without unknown properties: what is not in the schema is refused (ERR-3). */
export function object<P extends TProperties>(properties: P): TObject<P> {
  return Type.Object(properties, { additionalProperties: false })
}

function uuid<T>(): TUnsafe<T> {
  return Type.Unsafe<T>(Type.String({ pattern: UUID_PATTERN, maxLength: 36 }))
}

export const UserIdSchema = uuid<UserId>()
export const DeviceIdSchema = uuid<DeviceId>()
export const ChannelIdSchema = uuid<ChannelId>()
export const ClientIdSchema = uuid<ClientId>()
export const BlobIdSchema = uuid<BlobId>()
export const SessionIdSchema = uuid<SessionId>()
export const TeamIdSchema = uuid<TeamId>()
export const EmojiIdSchema = uuid<EmojiId>()
export const InvitationIdSchema = uuid<InvitationId>()
export const LinkIdSchema = uuid<LinkId>()
export const SeqSchema = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
export const GenerationSchema = Type.Integer({ minimum: 1, maximum: 0xffffffff })
export const EpochSchema = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
export const TimeSchema = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 })
export const HashSchema = bytes(32, 32)
export const KeySchema = bytes(32, 32)
