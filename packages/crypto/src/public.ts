/**
 * @reforms/crypto/public: checks on public data, for the server too. Nothing that is reached from here handles a
 * private key, a group secret or plaintext.
 */
export { CryptoError, type CryptoErrorCode } from './errors.ts'
export {
  MAX_DEVICES,
  verifyAccountStatement,
  verifyDeviceList,
  verifyIdentityReplacement,
  type AccountStatement,
  type DeviceList,
  type IdentityReplacement,
  type ListedDevice,
} from './account.ts'
export { verifySessionSignature, type SessionBinding } from './session.ts'
export { FIRST_HEAD, hashPayload, nextHead, type EntryHeader } from './log-hash.ts'
export { verifyRedaction, type Redaction, type RedactionWithEdits, type Stood } from './redaction.ts'
export {
  verifyChannelLink,
  verifyLinkRequest,
  type ChannelLinkStatement,
  type LinkRequest,
} from './channel-link.ts'
export { verifyAdmission, type Admission } from './mls/admission.ts'
export type { Leaf } from './mls/credential.ts'
export { decodeCommitEvidence, type CommitEvidence } from './mls/evidence.ts'
export type { EpochName } from './mls/group-id.ts'
export { inspectKeyPackage, type InspectedKeyPackage } from './mls/key-package.ts'
export {
  decodePublicGroup,
  encodePublicGroup,
  followCommit,
  openPublicGroup,
  publicEpoch,
  publicPolicy,
  publicRoster,
  readStoredGroup,
  type FollowedCommit,
  type PublicGroup,
} from './mls/public-group.ts'
export { MlsRefused, type RefusalCode } from './mls/refusal.ts'
export {
  MerkleAccumulator,
  decodeKeyLogEntry,
  encodeKeyLogEntry,
  hashDocument,
  leafHash,
  verifyRoot,
  type KeyLogEntry,
} from './key-log.ts'
