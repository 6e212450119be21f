/**
 * Making the redactions that redaction.ts verifies. For clients only: it handles a private key.
 */
import type { Static } from 'typebox'
import { checkShape, encodeDocument } from './document.ts'
import { sign, type SigningKeyPair } from './keys.ts'
import {
  MAX_REDACTION_BYTES,
  REDACTION_LABEL,
  REDACTION_WITH_EDITS_LABEL,
  Redaction,
  RedactionWithEdits,
  SignedRedaction,
} from './redaction.ts'

/**
 * The payload of a `redaction` entry, signed by a device's key: version 2 where it says where the message stood. Throws
 * CryptoError 'malformed'.
 */
export async function signRedaction(
  { privateKey }: SigningKeyPair,
  redaction: Redaction | RedactionWithEdits,
): Promise<Uint8Array> {
  if ('stood' in redaction) {
    checkShape(RedactionWithEdits, redaction)
    const signature = await sign(privateKey, REDACTION_WITH_EDITS_LABEL, redaction)
    return encode([REDACTION_WITH_EDITS_LABEL, redaction, signature])
  }
  checkShape(Redaction, redaction)
  return encode([REDACTION_LABEL, redaction, await sign(privateKey, REDACTION_LABEL, redaction)])
}

function encode(signed: Static<typeof SignedRedaction>): Uint8Array {
  return encodeDocument(SignedRedaction, signed, MAX_REDACTION_BYTES)
}
