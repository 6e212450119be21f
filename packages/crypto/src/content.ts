/**
 * What a message says, once decrypted: deterministic CBOR, one shape for each `type`, every field capped. Unknown types
 * are refused here and shown by the client as what it cannot show. DESIGN: "Encryption"; SPEC.md, MSG-2, MSG-7, MSG-8.
 * Clients only.
 */
import {
  BlobIdSchema,
  ClientIdSchema,
  HashSchema,
  KeySchema,
  SeqSchema,
  TimeSchema,
  UserIdSchema,
  Writers,
  bytes,
  limits,
  object,
} from '@reforms/protocol'
import { Type, type Static, type TSchema } from 'typebox'
import { checkShape, decodeBounded, encodeDocument } from './document.ts'
import { CryptoError } from './errors.ts'

export const MAX_TEXT_CHARS = 40_000
export const MAX_FILES = 10
export const MAX_THUMBNAIL_BYTES = 8192
/** A sequence of ten joined code points, and room for names that organisations may give their own. */
export const MAX_EMOJI_CHARS = 64
export const MAX_QUESTION_CHARS = 500
export const MAX_OPTION_CHARS = 200
export const MIN_OPTIONS = 2
export const MAX_OPTIONS = 10
const MAX_PIXELS_A_SIDE = 65_535

/** An encrypted file: where it is, what it is, and its key. Names and types are what the sender claims. */
export const FileReference = object({
  blobId: BlobIdSchema,
  name: Type.String({ minLength: 1, maxLength: 255 }),
  mediaType: Type.String({ maxLength: 127 }),
  /** Bytes before encryption. */
  size: Type.Integer({ minimum: 0, maximum: limits.FILE_MAX_BYTES }),
  key: KeySchema,
  /** BLAKE2b-256 over the ciphertext. */
  hash: HashSchema,
  width: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PIXELS_A_SIDE })),
  height: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PIXELS_A_SIDE })),
  thumbnail: Type.Optional(bytes(1, MAX_THUMBNAIL_BYTES)),
})
export type FileReference = Static<typeof FileReference>

const envelope = {
  /** The sender's last (seq, head) of this channel's log: a mismatch shows two histories. */
  sent: object({ seq: SeqSchema, head: HashSchema }),
  /** By the sender's clock. */
  sentAt: TimeSchema,
}

const words = {
  text: Type.String({ maxLength: MAX_TEXT_CHARS }),
  files: Type.Optional(Type.Array(FileReference, { maxItems: MAX_FILES })),
}

const TextContent = object({ type: Type.Literal('text'), ...words, ...envelope })

/**
 * The entry that a message relates to: its place, which the header's relatesTo names too, and the clientId under which it was
 * sent. Where one of them does not fit, there is no relation (REL-1).
 */
export const RelationTarget = object({ seq: SeqSchema, clientId: ClientIdSchema })
export type RelationTarget = Static<typeof RelationTarget>

/** An answer that stands in the channel, under a line that quotes what it answers. */
const ReplyContent = object({ type: Type.Literal('reply'), to: RelationTarget, ...words, ...envelope })

/** An answer that stands in the thread of the entry it names, and in the channel as well where it says so. */
const ThreadContent = object({
  type: Type.Literal('thread'),
  to: RelationTarget,
  ...words,
  inChannel: Type.Boolean(),
  ...envelope,
})

/** A new text for a message of the same author; its files stay. */
const EditContent = object({
  type: Type.Literal('edit'),
  to: RelationTarget,
  text: words.text,
  ...envelope,
})

const ReactionContent = object({
  type: Type.Literal('reaction'),
  to: RelationTarget,
  emoji: Type.String({ minLength: 1, maxLength: MAX_EMOJI_CHARS }),
  /** False takes it back. */
  on: Type.Boolean(),
  ...envelope,
})

const PinContent = object({
  type: Type.Literal('pin'),
  to: RelationTarget,
  /** False takes it down. */
  on: Type.Boolean(),
  ...envelope,
})

/** What somebody else wrote elsewhere, as the sender claims: who wrote it and when, and not where. */
const ForwardContent = object({
  type: Type.Literal('forward'),
  ...words,
  author: UserIdSchema,
  writtenAt: TimeSchema,
  ...envelope,
})

/** A question to everybody in the channel; its text, as of any message, is what is asked (POLL-1). */
const PollContent = object({
  type: Type.Literal('poll'),
  text: Type.String({ minLength: 1, maxLength: MAX_QUESTION_CHARS }),
  options: Type.Array(Type.String({ minLength: 1, maxLength: MAX_OPTION_CHARS }), {
    minItems: MIN_OPTIONS,
    maxItems: MAX_OPTIONS,
  }),
  /** Whether one may choose several of them. */
  several: Type.Boolean(),
  ...envelope,
})

const VoteContent = object({
  type: Type.Literal('vote'),
  to: RelationTarget,
  /** Options by their place, from 0 on; none takes the vote back (POLL-2). */
  choices: Type.Array(Type.Integer({ minimum: 0, maximum: MAX_OPTIONS - 1 }), { maxItems: MAX_OPTIONS }),
  ...envelope,
})

/** Its author ends a poll, for good. */
const PollEndContent = object({ type: Type.Literal('poll-end'), to: RelationTarget, ...envelope })

/** The name and topic of a private or direct channel: the newest one holds. */
const SettingsContent = object({
  type: Type.Literal('settings'),
  name: Type.String({ maxLength: limits.NAME_MAX_CHARACTERS }),
  topic: Type.String({ maxLength: limits.TOPIC_MAX_CHARACTERS }),
  ...envelope,
})

/** What a channel is for, and who writes there from this entry on: a moderator's newest one holds (CH-12). */
const AboutContent = object({
  type: Type.Literal('about'),
  description: Type.String({ maxLength: limits.DESCRIPTION_MAX_CHARACTERS }),
  writers: Writers,
  ...envelope,
})

export const MessageContent = Type.Union([
  TextContent,
  SettingsContent,
  ReplyContent,
  ThreadContent,
  EditContent,
  ReactionContent,
  PinContent,
  ForwardContent,
  PollContent,
  VoteContent,
  PollEndContent,
  AboutContent,
])
export type MessageContent = Static<typeof MessageContent>

/** Throws CryptoError 'malformed' or 'too-large'. */
export function encodeContent(content: MessageContent): Uint8Array {
  return encodeDocument(MessageContent, content, limits.PAYLOAD_MAX_BYTES)
}

const SHAPES: ReadonlyMap<unknown, TSchema> = new Map(
  MessageContent.anyOf.map((shape) => [shape.properties.type.const, shape]),
)

/** Of all shapes the one for its type: to try each would take longer than to decode it. */
function shapeOf(content: unknown): TSchema {
  const type = typeof content === 'object' && content !== null && 'type' in content && content.type
  return SHAPES.get(type) ?? MessageContent
}

/** Throws CryptoError 'malformed' or 'too-large'. */
export function decodeContent(encoded: Uint8Array): MessageContent {
  const content = decodeBounded(encoded, limits.PAYLOAD_MAX_BYTES)
  checkShape(shapeOf(content), content)
  return content as MessageContent
}

/** Undefined for what this version cannot show, as of a type that came later: it is kept, and shown as that (MSG-8). */
export function knownContent(encoded: Uint8Array): MessageContent | undefined {
  try {
    return decodeContent(encoded)
  } catch (error) {
    if (error instanceof CryptoError) return undefined
    throw error
  }
}
