/**
 * Redactions: signed orders that erase an entry's payload. DESIGN: "Redactions". Whether the signer is the author or a
 * moderator is for the caller to check. Holds no private key: the server uses it through ./public.
 */
import { BlobIdSchema, ChannelIdSchema, ClientIdSchema, SeqSchema, object } from '@reforms/protocol'
import { Type, type Static } from 'typebox'
import { checkStatement, decodeDocument, statementSchema } from './document.ts'

export const REDACTION_LABEL = 'reforms redaction v1'
export const REDACTION_WITH_EDITS_LABEL = 'reforms redaction v2'
export const MAX_REDACTION_BYTES = 16_384

const subject = {
  /** The entry to erase… */
  seq: SeqSchema,
  /** …and the clientId under which its author sent it. */
  clientId: ClientIdSchema,
}
const named = {
  channelId: ChannelIdSchema,
  ...subject,
  /** The message's blobs, which only its readers know: they go with it. */
  blobs: Type.Optional(Type.Array(BlobIdSchema, { maxItems: 100 })),
}

export const Redaction = object(named)
export type Redaction = Static<typeof Redaction>

/** Where an erased entry stood, which nobody can read from it any more: that is where its tombstone stands. */
export const Stood = Type.Union([Type.Literal('channel'), Type.Literal('thread'), Type.Literal('nowhere')])
export type Stood = Static<typeof Stood>

/** Version 2 names the message's edits too, and says where it stood. */
export const RedactionWithEdits = object({
  ...named,
  edits: Type.Optional(Type.Array(object(subject), { minItems: 1, maxItems: 100 })),
  stood: Stood,
})
export type RedactionWithEdits = Static<typeof RedactionWithEdits>

export const SignedRedaction = Type.Union([
  statementSchema(REDACTION_LABEL, Redaction),
  statementSchema(REDACTION_WITH_EDITS_LABEL, RedactionWithEdits),
])

/** An order of either version. Throws CryptoError 'malformed', 'too-large' or 'signature'. */
export async function verifyRedaction(
  signatureKey: Uint8Array,
  bytes: Uint8Array,
): Promise<Redaction | RedactionWithEdits> {
  const signed = decodeDocument(SignedRedaction, bytes, MAX_REDACTION_BYTES)
  await checkStatement(signatureKey, signed)
  return signed[1]
}
