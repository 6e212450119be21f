/** Founding a group: the first epoch of a channel's generation, with its founder as the only leaf. For clients only. */
import type { ChannelId, ChannelPolicy, Generation, Milliseconds } from '@reforms/protocol'
import { createGroup as createMlsGroup, createGroupInfoWithExternalPub, type ClientState } from 'ts-mls'
import type { EpochRecord } from '../epoch.ts'
import type { DeviceIdentity } from './credential.ts'
import { groupIdOf } from './group-id.ts'
import { enterEpoch, rosterOf, treeOf, type MlsGroup } from './group.ts'
import { generateFor } from './key-package-creation.ts'
import { policyExtensions } from './policy-extension.ts'
import { CLIENT_CONFIG, loadSuite, type Suite } from './suite.ts'
import { encodeMessage } from './wire.ts'

/** The epoch's GroupInfo as an MLSMessage: with external_pub, without the tree. */
export async function groupInfoOf(state: ClientState, suite: Suite): Promise<Uint8Array> {
  const groupInfo = await createGroupInfoWithExternalPub(state, [], suite)
  return encodeMessage({ version: 'mls10', wireformat: 'mls_group_info', groupInfo })
}

export async function createGroup(input: {
  readonly channelId: ChannelId
  readonly generation: Generation
  readonly policy: ChannelPolicy
  readonly device: DeviceIdentity
  readonly now: Milliseconds
}): Promise<{ group: MlsGroup; record: EpochRecord; groupInfo: Uint8Array; tree: Uint8Array }> {
  const suite = await loadSuite()
  const { now, device } = input
  const { publicPackage, privatePackage } = await generateFor(device, { now, lastResort: false, suite })
  const extensions = policyExtensions(input.policy)
  const groupId = groupIdOf(input)
  const state = await createMlsGroup(groupId, publicPackage, privatePackage, extensions, suite, CLIENT_CONFIG)
  const { group, record } = await enterEpoch(state, { added: [], removed: [] }, suite)
  const added = rosterOf(group)
  return {
    group,
    record: { ...record, added },
    groupInfo: await groupInfoOf(state, suite),
    tree: treeOf(group),
  }
}
