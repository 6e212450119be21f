/**
 * Admissions: a member's device lets an identity key into a private channel. A signed document
 * ["reforms admission v1", {group, identityKey, signer, expiry}, signature]; it holds for every generation of the
 * channel. DESIGN.md, "Who may enter is decided by members". Holds no private key; signing is in admission-signing.ts.
 */
import { bytes as byteString, KeySchema, object, TimeSchema } from '@reforms/protocol'
import type { Static } from 'typebox'
import { checkStatement, decodeDocument, statementSchema } from '../document.ts'

export const ADMISSION_LABEL = 'reforms admission v1'
export const MAX_ADMISSION_BYTES = 512

export const Admission = object({
  /** The channel's 16 bytes. */
  group: byteString(16, 16),
  /** Whose devices may enter. */
  identityKey: KeySchema,
  /** The device key that signs: it must have a leaf in the group when the admission is used. */
  signer: KeySchema,
  /** After this the admission is void, by the clocks of the committer and the server. */
  expiry: TimeSchema,
})
export type Admission = Static<typeof Admission>

export const SignedAdmission = statementSchema(ADMISSION_LABEL, Admission)

/** Checks form and signature; whether the signer may admit is for authoriseCommit to say. Throws CryptoError. */
export async function verifyAdmission(bytes: Uint8Array): Promise<Admission> {
  const signed = decodeDocument(SignedAdmission, bytes, MAX_ADMISSION_BYTES)
  await checkStatement(signed[1].signer, signed)
  return signed[1]
}
