/** MLS groups (RFC 9420) for clients. Only src/index.ts imports this; the server's part is in src/public.ts. */
export { signAdmission } from './admission-signing.ts'
export { verifyAdmission, type Admission } from './admission.ts'
export { applyCommit, type AppliedCommit, type CommitOutcome } from './applying.ts'
export { authoriseCommit, type Authorisation, type CommitChange, type GroupBefore } from './authorisation.ts'
export { commitChanges, type Changes, type MemberCommit } from './committing.ts'
export type { DeviceIdentity, Leaf } from './credential.ts'
export { decodeCommitEvidence, encodeCommitEvidence, type CommitEvidence } from './evidence.ts'
export { checkEntrance, type Entrance } from './entrance-check.ts'
export { checkFounding, type MembersBefore } from './founding-check.ts'
export { createGroup } from './founding.ts'
export type { EpochName } from './group-id.ts'
export {
  decodeGroup,
  encodeGroup,
  epochOf,
  policyOf,
  roomOf,
  rosterOf,
  treeOf,
  type MlsGroup,
} from './group.ts'
export {
  joinByWelcome,
  joinExternally,
  welcomeKeyPackageRefs,
  type OwnKeyPackage,
  type WelcomedGroup,
} from './joining.ts'
export { createKeyPackage, type CreatedKeyPackage } from './key-package-creation.ts'
export { inspectKeyPackage, type InspectedKeyPackage } from './key-package.ts'
export { MlsRefused, type RefusalCode } from './refusal.ts'
