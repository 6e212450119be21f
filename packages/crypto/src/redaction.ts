/**
 * Redactions: signed orders that erase an entry's payload. DESIGN: "Redactions". Whether the signer is the author or a
 * moderator is for the caller to check. Holds no private key: the server uses it through ./public.
 */
import { BlobIdSchema, ChannelIdSchema, ClientIdSchema, SeqSchema, object } from '@reforms/protocol'
import { Type, type Static } from 'typebox'
import { checkStatement, decodeDocument, statementSchema } from './document.ts'

export const REDACTION_LABEL = 'reforms redaction v1'
export const MAX_REDACTION_BYTES = 8192

export const Redaction = object({
  channelId: ChannelIdSchema,
  /** The entry to erase… */
  seq: SeqSchema,
  /** …and the clientId under which its author sent it. */
  clientId: ClientIdSchema,
  /** The message's blobs, which only its readers know: they go with it. */
  blobs: Type.Optional(Type.Array(BlobIdSchema, { maxItems: 100 })),
})
export type Redaction = Static<typeof Redaction>

export const SignedRedaction = statementSchema(REDACTION_LABEL, Redaction)

/** Throws CryptoError 'malformed', 'too-large' or 'signature'. */
export async function verifyRedaction(signatureKey: Uint8Array, bytes: Uint8Array): Promise<Redaction> {
  const signed = decodeDocument(SignedRedaction, bytes, MAX_REDACTION_BYTES)
  await checkStatement(signatureKey, signed)
  return signed[1]
}
