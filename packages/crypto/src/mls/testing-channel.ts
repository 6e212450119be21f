/**
 * A channel in memory: its members' groups, the server's view of it, and everybody who was removed with what they
 * still hold. After each commit it checks that all agree and that nobody who is out can follow. For tests only.
 */
import type { ChannelPolicy, DeviceId } from '@reforms/protocol'
import { expect } from 'vitest'
import { equalBytes } from '../document.ts'
import { applyCommit } from './applying.ts'
import { commitChanges } from './committing.ts'
import type { DeviceIdentity } from './credential.ts'
import { createGroup } from './founding.ts'
import { decodeGroup, encodeGroup, epochOf, publicStateOf, rosterOf, treeOf, type MlsGroup } from './group.ts'
import { joinByWelcome, joinExternally, welcomeKeyPackageRefs } from './joining.ts'
import { createKeyPackage } from './key-package-creation.ts'
import {
  decodePublicGroup,
  encodePublicGroup,
  followCommit,
  openPublicGroup,
  publicEpoch,
  publicRoster,
  publicTree,
  type PublicGroup,
} from './public-group.ts'
import { CHANNEL, NOW, evidenceFor, policyWith, refusal, type Person } from './testing.ts'

interface Secret {
  readonly secret: Uint8Array
  readonly epochId: Uint8Array
}

export interface TestChannel {
  server: PublicGroup
  groupInfo: Uint8Array
  readonly members: Map<DeviceId, MlsGroup>
  /** The last state of everybody who was removed. */
  readonly departed: MlsGroup[]
}

export interface TestChanges {
  readonly adds?: readonly { readonly person: Person; readonly device: DeviceIdentity }[]
  readonly removes?: readonly DeviceId[]
  readonly policy?: ChannelPolicy
  readonly admissions?: Uint8Array[]
}

/** toEqual compares long byte strings element by element, slowly. */
function expectSame(left: Uint8Array, right: Uint8Array): void {
  expect(equalBytes(left, right)).toBe(true)
}

/** Every state is stored and loaded again between two uses, as a client does. */
function stored(group: MlsGroup): MlsGroup {
  const bytes = encodeGroup(group)
  const loaded = decodeGroup(bytes)
  expectSame(encodeGroup(loaded), bytes)
  return loaded
}

export async function foundChannel(
  device: DeviceIdentity,
  policy: ChannelPolicy = policyWith(),
): Promise<TestChannel> {
  const founded = await createGroup({ channelId: CHANNEL, generation: 1, policy, device, now: NOW })
  expect(founded.record.added).toHaveLength(1)
  return {
    server: await openPublicGroup(founded),
    groupInfo: founded.groupInfo,
    members: new Map([[device.deviceId, stored(founded.group)]]),
    departed: [],
  }
}

export function groupOf(channel: TestChannel, device: DeviceIdentity): MlsGroup {
  const group = channel.members.get(device.deviceId)
  if (!group) throw new Error(`${device.deviceId} is no member`)
  return group
}

async function applyToMember(channel: TestChannel, deviceId: DeviceId, commit: Uint8Array, expected: Secret) {
  const group = channel.members.get(deviceId)!
  const outcome = await applyCommit({ group, commit })
  if (outcome.kind === 'removed') {
    channel.members.delete(deviceId)
    channel.departed.push(group)
    return
  }
  expect(outcome.record.secret).toEqual(expected.secret)
  expect(outcome.record.epochId).toEqual(expected.epochId)
  channel.members.set(deviceId, stored(outcome.group))
}

async function checkAgreement(channel: TestChannel, commit: Uint8Array): Promise<void> {
  const { server, members, departed } = channel
  for (const group of members.values()) {
    expectSame(treeOf(group), publicTree(server))
    expectSame(publicStateOf(group).context.treeHash, server.context.treeHash)
    expect(epochOf(group).epoch).toBe(publicEpoch(server).epoch)
  }
  const roster = publicRoster(server).map((leaf) => leaf.deviceId)
  expect([...roster].sort()).toEqual([...members.keys()].sort())
  for (const group of departed) {
    const applying = applyCommit({ group, commit }).then(({ kind }) => {
      if (kind === 'applied') throw new Error('somebody who is out followed a commit')
    })
    expect(['accepted', 'wrong-epoch']).toContain(await refusal(applying))
  }
}

async function publish(
  channel: TestChannel,
  committer: DeviceId,
  made: { commit: Uint8Array; groupInfo: Uint8Array; group: MlsGroup; record: Secret },
) {
  const followed = await followCommit(channel.server, made, NOW)
  channel.server = decodePublicGroup(encodePublicGroup(followed.group))
  expectSame(encodePublicGroup(channel.server), encodePublicGroup(followed.group))
  channel.groupInfo = made.groupInfo
  const others = [...channel.members.keys()].filter((deviceId) => deviceId !== committer)
  for (const deviceId of others) await applyToMember(channel, deviceId, made.commit, made.record)
  channel.members.set(committer, stored(made.group))
  return followed
}

/** A member commits; those added join by the Welcome. */
export async function commitIn(channel: TestChannel, by: DeviceIdentity, changes: TestChanges = {}) {
  const { adds = [], removes = [], policy, admissions = [] } = changes
  const packages = await Promise.all(
    adds.map(({ device }) => createKeyPackage(device, { now: NOW, lastResort: false })),
  )
  const made = await commitChanges({
    group: groupOf(channel, by),
    adds: packages,
    removes,
    ...(policy ? { policy } : {}),
    authenticatedData: evidenceFor(
      adds.map(({ person }) => person),
      admissions,
    ),
    now: NOW,
  })
  const followed = await publish(channel, by.deviceId, made)
  expect(made.joined).toEqual(adds.map(({ device }) => device.deviceId))
  for (const [index, { device }] of adds.entries()) {
    const own = packages[index]!
    expect(welcomeKeyPackageRefs(made.welcome!)).toContainEqual(own.ref)
    const joined = await joinByWelcome({ welcome: made.welcome!, keyPackages: [own], device })
    expect(joined.addedBy?.deviceId).toBe(by.deviceId)
    expect(joined.record.secret).toEqual(made.record.secret)
    expect(joined.record.added).toEqual(rosterOf(made.group))
    channel.members.set(device.deviceId, stored(joined.group))
  }
  await checkAgreement(channel, made.commit)
  return { ...made, followed }
}

/** A device comes in, or back, on its own. */
export async function joinIn(
  channel: TestChannel,
  { person, device }: { readonly person: Person; readonly device: DeviceIdentity },
  admissions: Uint8Array[] = [],
) {
  const made = await joinExternally({
    groupInfo: channel.groupInfo,
    tree: publicTree(channel.server),
    device,
    authenticatedData: evidenceFor([person], admissions),
    now: NOW,
  })
  const older = channel.members.get(device.deviceId)
  if (older) channel.departed.push(older)
  const followed = await publish(channel, device.deviceId, made)
  expect(made.record.added).toEqual(publicRoster(channel.server))
  await checkAgreement(channel, made.commit)
  return { ...made, followed }
}
