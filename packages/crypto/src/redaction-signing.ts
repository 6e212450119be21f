/**
 * Making the redactions that redaction.ts verifies. For clients only: it handles a private key.
 */
import { checkShape, encodeDocument } from './document.ts'
import { sign, type SigningKeyPair } from './keys.ts'
import { MAX_REDACTION_BYTES, REDACTION_LABEL, Redaction, SignedRedaction } from './redaction.ts'

/** The payload of a `redaction` entry, signed by a device's key. Throws CryptoError 'malformed'. */
export async function signRedaction(signatureKey: SigningKeyPair, redaction: Redaction): Promise<Uint8Array> {
  checkShape(Redaction, redaction)
  const signature = await sign(signatureKey.privateKey, REDACTION_LABEL, redaction)
  return encodeDocument(SignedRedaction, [REDACTION_LABEL, redaction, signature], MAX_REDACTION_BYTES)
}
