/**
 * A group as the server follows it: what it can check without a key, it checks. It cannot check path secrets or
 * confirmation tags; for those there are generations (DESIGN.md, "The log is the heart"). Reached through ./public.
 */
import type { ChannelPolicy, Milliseconds } from '@reforms/protocol'
import { encodeGroupContext } from 'ts-mls/groupContext.js'
import { equalBytes } from '../document.ts'
import { effectOfCommit, type CommitEffect } from './commit-effect.ts'
import { rosterOfTree, type Leaf } from './credential.ts'
import { groupNameOf, type EpochName } from './group-id.ts'
import { policyFrom } from './policy-extension.ts'
import {
  checkGroupInfoSignature,
  decodePublicState,
  encodePublicState,
  openPublicState,
  readStoredState,
  type PublicState,
} from './public-state.ts'
import { MlsRefused } from './refusal.ts'
import { loadSuite } from './suite.ts'
import { decodeMessage, decodeTree, encodeTree } from './wire.ts'

export type PublicGroup = PublicState

export interface FollowedCommit {
  readonly group: PublicGroup
  readonly committer: Leaf
  readonly external: boolean
  readonly added: Leaf[]
  readonly removed: Leaf[]
}

/** Verifies the GroupInfo and the whole tree. Throws MlsRefused. */
export async function openPublicGroup(input: {
  readonly groupInfo: Uint8Array
  readonly tree: Uint8Array
}): Promise<PublicGroup> {
  const { groupInfo } = decodeMessage(input.groupInfo, 'mls_group_info')
  return openPublicState(groupInfo, decodeTree(input.tree), await loadSuite())
}

/** The next GroupInfo must say what the commit made, by the committer's word, and let outsiders in. */
async function checkNextGroupInfo(bytes: Uint8Array, { next, committer }: CommitEffect): Promise<void> {
  const { groupInfo } = decodeMessage(bytes, 'mls_group_info')
  const [said, computed] = [groupInfo.groupContext, next.context].map(encodeGroupContext)
  const fits =
    said !== undefined &&
    computed !== undefined &&
    equalBytes(said, computed) &&
    equalBytes(groupInfo.confirmationTag, next.confirmationTag) &&
    groupInfo.signer === committer.leafIndex &&
    groupInfo.extensions.length === 1 &&
    groupInfo.extensions[0]?.extensionType === 'external_pub'
  if (!fits) throw new MlsRefused('bad-group-info', 'the GroupInfo is not that of the commit')
  await checkGroupInfoSignature(groupInfo, next.tree, await loadSuite())
}

/** Checks a commit with its GroupInfo and gives the group after it. Throws MlsRefused. */
export async function followCommit(
  group: PublicGroup,
  entry: { readonly commit: Uint8Array; readonly groupInfo: Uint8Array },
  now: Milliseconds,
): Promise<FollowedCommit> {
  const { publicMessage } = decodeMessage(entry.commit, 'mls_public_message')
  const effect = await effectOfCommit(group, publicMessage, { suite: await loadSuite(), now })
  await checkNextGroupInfo(entry.groupInfo, effect)
  const { committer, external, added, removed, next } = effect
  return { group: next, committer, external, added, removed }
}

export const encodePublicGroup = encodePublicState
export const decodePublicGroup = decodePublicState

/** What encodePublicGroup's bytes say, and the tree as it travels: for who needs no more than these. */
export function readStoredGroup(state: Uint8Array): { policy: ChannelPolicy; tree: Uint8Array } {
  const { context, tree } = readStoredState(state)
  return { policy: policyFrom(context.extensions), tree }
}

export function publicRoster({ tree }: PublicGroup): Leaf[] {
  return rosterOfTree(tree)
}

export function publicTree({ tree }: PublicGroup): Uint8Array {
  return encodeTree(tree)
}

export function publicPolicy({ context }: PublicGroup): ChannelPolicy {
  return policyFrom(context.extensions)
}

export function publicEpoch({ context }: PublicGroup): EpochName {
  return { ...groupNameOf(context.groupId), epoch: Number(context.epoch) }
}
