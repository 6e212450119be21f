/**
 * What a commit carries in authenticated_data so that every member can check, from the commit and the state before it
 * alone, who may enter: admissions, and the signed documents of the added leaves' users. DESIGN.md, "Identity and
 * keys". Deterministic CBOR {admissions, proofs}; an empty authenticated_data stands for neither.
 */
import { bytes as byteString, limits, object } from '@reforms/protocol'
import { Type, type Static } from 'typebox'
import { MAX_ACCOUNT_STATEMENT_BYTES, MAX_DEVICE_LIST_BYTES } from '../account.ts'
import { decodeDocument, encodeDocument } from '../document.ts'
import { MAX_ADMISSION_BYTES } from './admission.ts'
import { MlsRefused } from './refusal.ts'

export const MAX_EVIDENCE_BYTES = 1_048_576

export const CommitEvidence = object({
  /** Signed by members: see admission.ts. */
  admissions: Type.Array(byteString(1, MAX_ADMISSION_BYTES), { maxItems: limits.TURN_ADDS_MAX }),
  /** For each user of whom a leaf is added: the account statement, and the device list that names the device. */
  proofs: Type.Array(
    object({
      account: byteString(1, MAX_ACCOUNT_STATEMENT_BYTES),
      devices: byteString(1, MAX_DEVICE_LIST_BYTES),
    }),
    { maxItems: limits.TURN_ADDS_MAX },
  ),
})
export type CommitEvidence = Static<typeof CommitEvidence>

/** Throws CryptoError 'malformed' or 'too-large'. */
export function encodeCommitEvidence(evidence: CommitEvidence): Uint8Array {
  return encodeDocument(CommitEvidence, evidence, MAX_EVIDENCE_BYTES)
}

/** Throws MlsRefused 'bad-evidence'. */
export function decodeCommitEvidence(bytes: Uint8Array): CommitEvidence {
  if (bytes.length === 0) return { admissions: [], proofs: [] }
  try {
    return decodeDocument(CommitEvidence, bytes, MAX_EVIDENCE_BYTES)
  } catch {
    throw new MlsRefused('bad-evidence', 'authenticated_data is not commit evidence')
  }
}
