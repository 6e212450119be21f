/**
 * @reforms/crypto for clients: identity, sealing, messages, files, vault. The server may import ./public only.
 */
export { CryptoError, type CryptoErrorCode } from './errors.ts'
export {
  createSealingKeyPair,
  createSigningKeyPair,
  sign,
  type Random,
  type SealingKeyPair,
  type SigningKeyPair,
} from './keys.ts'
export { verify } from './signature.ts'
export { PHRASE_WORDS, checkPhrase, createPhrase, keysFromPhrase, type PhraseCheck } from './phrase.ts'
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
export {
  verifyChannelLink,
  verifyLinkRequest,
  type ChannelLinkStatement,
  type LinkRequest,
} from './channel-link.ts'
export {
  LINK_SECRET_BYTES,
  openLink,
  openLinkName,
  sealLinkName,
  signChannelLink,
  signLinkRequest,
  type OpenedLink,
} from './channel-link-signing.ts'
export {
  signAccountStatement,
  signDeviceList,
  signIdentityReplacement,
  signSession,
} from './account-signing.ts'
export { verifySessionSignature, type SessionBinding } from './session.ts'
export { safetyNumber } from './safety-number.ts'
export { FIRST_HEAD, hashPayload, nextHead, type EntryHeader } from './log-hash.ts'
export {
  decryptMessage,
  encryptMessage,
  type MessageContext,
  type MessageToDecrypt,
  type MessageToEncrypt,
} from './message.ts'
export {
  MAX_OPTION_CHARS,
  MAX_OPTIONS,
  MAX_QUESTION_CHARS,
  MIN_OPTIONS,
  MAX_EMOJI_CHARS,
  MAX_FILES,
  MAX_TEXT_CHARS,
  MAX_THUMBNAIL_BYTES,
  decodeContent,
  encodeContent,
  knownContent,
  type FileReference,
  type MessageContent,
  type RelationTarget,
} from './content.ts'
export {
  MAX_STATUS_CHARS,
  QuietHours,
  Status,
  encodeBeacon,
  knownBeacon,
  type BeaconContent,
  type StatusContent,
} from './beacon.ts'
export {
  decodeEpochRecord,
  encodeEpochRecord,
  openHistory,
  sealHistory,
  type EpochRecord,
  type HistoryContext,
} from './epoch.ts'
export {
  createVaultKey,
  openVaultRecord,
  sealVaultRecord,
  vaultNameKey,
  vaultRecordId,
  type RecordPlace,
  type VaultContent,
  type VaultKey,
} from './vault.ts'
export { MAX_LEVELS, encodeWaveform, knownWaveform, type Waveform } from './waveform.ts'
export {
  decodePersonalRecord,
  encodePersonalRecord,
  mergeRegisters,
  type Register,
} from './personal-record.ts'
export { open, seal } from './seal.ts'
export { openAccountKeys, sealAccountKeys, type AccountKeys, type KeysRecipient } from './sealed-keys.ts'
export {
  openEnvelope,
  sealEnvelope,
  type EnvelopeBody,
  type EnvelopeSender,
  type EnvelopeToOpen,
  type EnvelopeToSeal,
} from './envelope.ts'
export { verifyRedaction, type Redaction, type RedactionWithEdits, type Stood } from './redaction.ts'
export { signRedaction } from './redaction-signing.ts'
export {
  applyCommit,
  authoriseCommit,
  commitChanges,
  checkEntrance,
  checkFounding,
  createGroup,
  createKeyPackage,
  decodeCommitEvidence,
  decodeGroup,
  encodeCommitEvidence,
  encodeGroup,
  epochOf,
  inspectKeyPackage,
  joinByWelcome,
  joinExternally,
  MlsRefused,
  policyOf,
  roomOf,
  rosterOf,
  signAdmission,
  treeOf,
  verifyAdmission,
  welcomeKeyPackageRefs,
  type Admission,
  type AppliedCommit,
  type Authorisation,
  type Changes,
  type CommitChange,
  type CommitEvidence,
  type CommitOutcome,
  type CreatedKeyPackage,
  type DeviceIdentity,
  type Entrance,
  type EpochName,
  type GroupBefore,
  type InspectedKeyPackage,
  type Leaf,
  type MemberCommit,
  type MembersBefore,
  type MlsGroup,
  type OwnKeyPackage,
  type RefusalCode,
  type WelcomedGroup,
} from './mls/index.ts'
export {
  FILE_CHUNK_BYTES,
  FileHasher,
  SEALED_CHUNK_BYTES,
  chunkCount,
  createFileKey,
  decryptChunk,
  decryptFile,
  encryptChunk,
  encryptFile,
  sealedSize,
} from './file.ts'
export {
  MerkleAccumulator,
  decodeKeyLogEntry,
  encodeKeyLogEntry,
  hashDocument,
  leafHash,
  verifyRoot,
  type KeyLogEntry,
} from './key-log.ts'
