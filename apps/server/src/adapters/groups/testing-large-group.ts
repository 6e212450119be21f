/** A group with many leaves, and commits for it, as members make them. For tests only; the server never holds what makes them. */
import {
  commitChanges,
  createGroup,
  createKeyPackage,
  createSealingKeyPair,
  createSigningKeyPair,
  encodeCommitEvidence,
  signAccountStatement,
  signDeviceList,
  treeOf,
  type DeviceIdentity,
  type MlsGroup,
} from '@reforms/crypto'
import { encodePublicGroup, openPublicGroup } from '@reforms/crypto/public'
import {
  limits,
  uuidV7,
  type ChannelId,
  type ChannelPolicy,
  type DeviceId,
  type UserId,
} from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import type { CommitToFollow, Founding } from '../../ports/group-follower.ts'

const DEVICES_EACH = 50
const random = (length: number) => new Uint8Array(randomBytes(length))
const newId = <T extends string>() => uuidV7(Date.now(), random(10)) as T
const POLICY: ChannelPolicy = {
  version: 1,
  kind: 'public',
  history: 'all',
  retentionDays: 0,
  admitters: 'members',
  moderators: [],
  participants: [],
}

interface Newcomer {
  readonly devices: DeviceIdentity[]
  readonly proof: { readonly account: Uint8Array; readonly devices: Uint8Array }
}

async function newcomer(count: number): Promise<Newcomer> {
  const userId = newId<UserId>()
  const [identity, account] = [createSigningKeyPair(random), createSigningKeyPair(random)]
  const recoveryKey = createSealingKeyPair(random).publicKey
  const devices = Array.from({ length: count }, () => ({
    userId,
    deviceId: newId<DeviceId>(),
    identityKey: identity.publicKey,
    signature: createSigningKeyPair(random),
  }))
  const listed = devices.map(({ deviceId, signature }) => ({
    deviceId,
    signatureKey: signature.publicKey,
    sealingKey: recoveryKey,
    name: '',
    addedAt: 0,
  }))
  const statement = { userId, number: 1, accountKey: account.publicKey, recoveryKey }
  const list = { userId, number: 1, accountNumber: 1, devices: listed }
  const proof = {
    account: await signAccountStatement(identity, statement),
    devices: await signDeviceList(account.privateKey, list),
  }
  return { devices, proof }
}

async function addTo(group: MlsGroup, newcomers: readonly Newcomer[]): Promise<MlsGroup> {
  const devices = newcomers.flatMap((each) => each.devices)
  const created = devices.map((device) => createKeyPackage(device, { now: Date.now(), lastResort: false }))
  const evidence = { admissions: [], proofs: newcomers.map(({ proof }) => proof) }
  const made = await commitChanges({
    group,
    adds: await Promise.all(created),
    removes: [],
    authenticatedData: encodeCommitEvidence(evidence),
    now: Date.now(),
  })
  return made.group
}

export interface LargeGroup {
  readonly founding: Founding
  /** A commit that changes its maker's leaf only, as the server would follow it; bytes of its own each time. */
  commit(): CommitToFollow
}

export async function createLargeGroup(leaves: number): Promise<LargeGroup> {
  const [device] = (await newcomer(1)).devices as [DeviceIdentity]
  const channelId = newId<ChannelId>()
  const founded = await createGroup({ channelId, generation: 1, policy: POLICY, device, now: Date.now() })
  let group = founded.group
  for (let missing = leaves - 1; missing > 0;) {
    const count = Math.min(missing, limits.TURN_ADDS_MAX)
    const sizes = [Math.min(count, DEVICES_EACH), Math.max(0, count - DEVICES_EACH)].filter(
      (size) => size > 0,
    )
    group = await addTo(group, await Promise.all(sizes.map(newcomer)))
    missing -= count
  }
  return commitsOf(group)
}

async function commitsOf(before: MlsGroup): Promise<LargeGroup> {
  const renewal = { adds: [], removes: [], authenticatedData: new Uint8Array(), now: Date.now() }
  const { groupInfo, group } = await commitChanges({ group: before, ...renewal })
  const founding = { groupInfo, tree: treeOf(group) }
  const state = encodePublicGroup(await openPublicGroup(founding))
  const made = await commitChanges({ group, ...renewal })
  const { commit } = made
  return {
    founding,
    commit: () => ({ state: state.slice(), commit, groupInfo: made.groupInfo, now: Date.now() }),
  }
}
