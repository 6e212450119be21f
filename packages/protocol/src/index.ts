/** The protocol, as everything else imports it. SPEC.md beside this folder has the rules with their IDs. */
export { decodeCbor, encodeCbor, encodePresent, takeCbor, takePresent } from './cbor.ts'
export {
  CommitPayload,
  Entry,
  EntryKind,
  Envelope,
  NoticePayload,
  type Presence,
  type ClientFrame,
  type ServerEvent,
  type ServerFrame,
} from './entry.ts'
export {
  ERRORS,
  EVERYWHERE,
  isErrorCode,
  ProtocolError,
  type ErrorCode,
  type ErrorEntry,
  type WireError,
} from './errors.ts'
export { explainRefusal, firstFault, type Fault } from './fault.ts'
export {
  isUuid,
  UUID_PATTERN,
  uuidFromBytes,
  uuidToBytes,
  uuidV7,
  type BlobId,
  type ChannelId,
  type ClientId,
  type DeviceId,
  type EmojiId,
  type Epoch,
  type Generation,
  type InvitationId,
  type LinkId,
  type Milliseconds,
  type Seq,
  type SessionId,
  type TeamId,
  type UserId,
} from './ids.ts'
export * as limits from './limits.ts'
export { cleanLines, cleanName } from './name.ts'
export type { Operation } from './operation.ts'
export {
  isOperationName,
  OPERATIONS,
  type Input,
  type OperationName,
  type Output,
} from './operations/index.ts'
export { AuditRecord, Invitation, ManagedUser, Settings } from './operations/administration.ts'
export { Beacon, BeaconKind } from './operations/beacon.ts'
export { ChannelSummary } from './operations/channel.ts'
export { ChannelLink } from './operations/channel-link.ts'
export { UserDocuments, UserSummary } from './operations/directory.ts'
export { NamedEmoji } from './operations/emoji.ts'
export { Session } from './operations/session.ts'
export { Team } from './operations/team.ts'
export { VaultRecord } from './operations/storage.ts'
export { withoutSpoilers } from './spoiler.ts'
export { PERMISSIONS, ROLES, type Permission, type PermissionRule, type Role } from './permissions.ts'
export { pictureFacts, pictureSize, type PictureFacts } from './picture.ts'
export { ChannelKind, ChannelPolicy, HistoryRule, policyVersion, Writers } from './policy.ts'
export {
  BlobIdSchema,
  bytes,
  ChannelIdSchema,
  ClientIdSchema,
  DeviceIdSchema,
  EmojiIdSchema,
  EpochSchema,
  GenerationSchema,
  HashSchema,
  InvitationIdSchema,
  KeySchema,
  object,
  SeqSchema,
  SessionIdSchema,
  TeamIdSchema,
  TimeSchema,
  UserIdSchema,
} from './schema.ts'
