/**
 * Who may do what by a commit: "Who may enter is decided by members, not by the server" (DESIGN.md, "Identity and
 * keys"). One function decides, for members who apply a commit and for the server that follows the group.
 *
 * 1. The answer depends on the commit and on the state before it only (POL-6). The one exception is an admission's expiry:
 *    it is compared with a clock where a commit is made and where the server accepts it (`now`), and not by those who
 *    replay the log, so that no two members ever differ.
 * 2. Every added leaf is in its user's device list with exactly its key, signed by the leaf's identity key (POL-4).
 * 3. An identity key that has no leaf yet enters only if the policy or an admission lets it in (POL-3).
 * 4. An external commit removes leaves of its own identity key only (POL-7). A member's commit may remove anybody.
 * 5. Only moderators change the policy (POL-2), and nobody a channel's kind or a direct channel's participants (CH-1, CH-3).
 * 6. A device, a device key and a user's identity key each stand for one thing in a group (POL-8).
 */
import type { ChannelPolicy, DeviceId, Milliseconds } from '@reforms/protocol'
import {
  verifyAccountStatement,
  verifyDeviceList,
  type AccountStatement,
  type DeviceList,
} from '../account.ts'
import { equalBytes } from '../document.ts'
import { verifyAdmission, type Admission } from './admission.ts'
import type { Leaf } from './credential.ts'
import { decodeCommitEvidence, type CommitEvidence } from './evidence.ts'
import { MlsRefused, type RefusalCode } from './refusal.ts'

export interface GroupBefore {
  readonly roster: readonly Leaf[]
  readonly policy: ChannelPolicy
}

export interface CommitChange {
  /** The leaf that commits: for an external commit the one that it brings in. */
  readonly committer: Leaf
  readonly external: boolean
  readonly added: readonly Leaf[]
  readonly removed: readonly Leaf[]
  /** Present when the commit changes it. */
  readonly policy?: ChannelPolicy
  readonly authenticatedData: Uint8Array
  readonly groupId: Uint8Array
  /** Present where a clock decides whether admissions have expired; absent when the log is replayed. */
  readonly now?: Milliseconds
}

interface Fault {
  readonly code: RefusalCode
  /** Whose leaf it is about, so that a committer can leave that one out and commit the others. */
  readonly deviceId?: DeviceId
}

export type Authorisation = { readonly ok: true } | ({ readonly ok: false } & Fault)

interface DeviceProof {
  readonly statement: AccountStatement
  readonly list: DeviceList
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

function includesKey(keys: readonly Uint8Array[], key: Uint8Array): boolean {
  return keys.some((other) => equalBytes(other, key))
}

/** Evidence that does not verify proves nothing; what depends on it is then refused. */
async function verified<T>(check: () => Promise<T>): Promise<T[]> {
  try {
    return [await check()]
  } catch {
    return []
  }
}

async function verifyProofs(evidence: CommitEvidence): Promise<DeviceProof[]> {
  const checked = evidence.proofs.map(({ account, devices }) =>
    verified(async () => {
      const statement = await verifyAccountStatement(account)
      return { statement, list: await verifyDeviceList(devices, statement) }
    }),
  )
  return (await Promise.all(checked)).flat()
}

function proves({ statement, list }: DeviceProof, leaf: Leaf): boolean {
  return (
    statement.userId === leaf.userId &&
    equalBytes(statement.identityKey, leaf.identityKey) &&
    list.devices.some(
      (device) => device.deviceId === leaf.deviceId && equalBytes(device.signatureKey, leaf.signatureKey),
    )
  )
}

/** Whether a member's device lets this identity key in. Without moderators nobody admits under 'moderators'. */
function admits(admission: Admission, leaf: Leaf, before: GroupBefore, change: CommitChange): boolean {
  const signer = before.roster.find((member) => equalBytes(member.signatureKey, admission.signer))
  const { admitters, moderators } = before.policy
  return (
    signer !== undefined &&
    (admitters === 'members' || includesKey(moderators, signer.identityKey)) &&
    equalBytes(admission.group, change.groupId.subarray(0, 16)) &&
    equalBytes(admission.identityKey, leaf.identityKey) &&
    (change.now === undefined || admission.expiry > change.now)
  )
}

function mayEnter(
  leaf: Leaf,
  before: GroupBefore,
  change: CommitChange,
  admissions: readonly Admission[],
): boolean {
  if (before.roster.some((member) => equalBytes(member.identityKey, leaf.identityKey))) return true
  switch (before.policy.kind) {
    case 'public':
      return true
    case 'direct':
      return includesKey(before.policy.participants, leaf.identityKey)
    case 'private':
      return admissions.some((admission) => admits(admission, leaf, before, change))
  }
}

async function entryFault(before: GroupBefore, change: CommitChange): Promise<Fault | undefined> {
  const evidence = decodeCommitEvidence(change.authenticatedData)
  if (change.added.length === 0) return undefined
  const proofs = await verifyProofs(evidence)
  const checked = evidence.admissions.map((bytes) => verified(() => verifyAdmission(bytes)))
  const admissions = (await Promise.all(checked)).flat()
  for (const leaf of change.added) {
    const { deviceId } = leaf
    if (!proofs.some((proof) => proves(proof, leaf))) return { code: 'unproven-device', deviceId }
    if (!mayEnter(leaf, before, change, admissions)) return { code: 'not-admitted', deviceId }
  }
  return undefined
}

/** Invariant 6, over the roster that the commit leaves. */
function rosterFault(roster: readonly Leaf[]): Fault | undefined {
  const userOfIdentity = new Map<string, string>()
  const seen = new Set<string>()
  for (const leaf of roster) {
    const [device, key, identity] = [leaf.deviceId, hex(leaf.signatureKey), hex(leaf.identityKey)]
    if (seen.has(device) || seen.has(key)) return { code: 'duplicate-device', deviceId: device }
    seen.add(device).add(key)
    const user = userOfIdentity.get(identity) ?? leaf.userId
    if (user !== leaf.userId) return { code: 'identity-taken', deviceId: device }
    userOfIdentity.set(identity, user)
  }
  return undefined
}

/** A channel stays of its kind, and a direct one between its people (CH-1, CH-3). */
function keepsKind(before: ChannelPolicy, after: ChannelPolicy): boolean {
  return (
    after.kind === before.kind &&
    after.participants.length === before.participants.length &&
    after.participants.every((key) => includesKey(before.participants, key))
  )
}

function changeFault(before: GroupBefore, change: CommitChange): Fault | undefined {
  const { committer, removed } = change
  const foreign = removed.some((leaf) => !equalBytes(leaf.identityKey, committer.identityKey))
  if (change.external && foreign) return { code: 'foreign-removal' }
  const moderates = !change.external && includesKey(before.policy.moderators, committer.identityKey)
  const gone = new Set(removed.map((leaf) => leaf.leafIndex))
  const staying = before.roster.filter((leaf) => !gone.has(leaf.leafIndex))
  const allowed = (after: ChannelPolicy) =>
    moderates &&
    keepsKind(before.policy, after) &&
    staying.some((leaf) => includesKey(after.moderators, leaf.identityKey))
  if (change.policy && !allowed(change.policy)) return { code: 'policy-not-allowed' }
  return rosterFault([...staying, ...change.added])
}

/** Decides. Never throws. */
export async function authoriseCommit(before: GroupBefore, change: CommitChange): Promise<Authorisation> {
  try {
    const fault = changeFault(before, change) ?? (await entryFault(before, change))
    return fault ? { ok: false, ...fault } : { ok: true }
  } catch (error) {
    if (error instanceof MlsRefused) return { ok: false, code: error.code }
    throw error
  }
}
