/**
 * Whether a founding may be followed: by a member of the last epoch that is known to be good, a moderator where there are any,
 * under the same policy. A server could otherwise begin a channel anew with people of its own. SPEC.md, GEN-1, GEN-4 and GEN-6.
 */
import { encodeCbor, type ChannelId, type ChannelPolicy, type Generation } from '@reforms/protocol'
import { verifyGroupInfoSignature } from 'ts-mls/groupInfo.js'
import { equalBytes } from '../document.ts'
import type { Leaf } from './credential.ts'
import { groupIdOf } from './group-id.ts'
import { checkContext } from './public-state.ts'
import { MlsRefused } from './refusal.ts'
import { loadSuite } from './suite.ts'
import { decodeMessage } from './wire.ts'

export interface MembersBefore {
  readonly leaves: readonly Pick<Leaf, 'signatureKey' | 'identityKey'>[]
  /** Absent where only the members are known. */
  readonly policy?: ChannelPolicy
}

/** Throws MlsRefused. */
export async function checkFounding(
  before: MembersBefore,
  founded: { readonly channelId: ChannelId; readonly generation: Generation; readonly groupInfo: Uint8Array },
): Promise<void> {
  const suite = await loadSuite()
  const { groupInfo } = decodeMessage(founded.groupInfo, 'mls_group_info')
  const policy = checkContext(groupInfo.groupContext, suite)
  if (
    !equalBytes(groupInfo.groupContext.groupId, groupIdOf(founded)) ||
    groupInfo.groupContext.epoch !== 0n
  ) {
    throw new MlsRefused('wrong-group', 'a founding of another group')
  }
  if (before.policy && !equalBytes(encodeCbor(policy), encodeCbor(before.policy))) {
    throw new MlsRefused('policy-not-allowed', 'a new generation keeps the policy')
  }
  for (const leaf of before.leaves) {
    if (!(await verifyGroupInfoSignature(groupInfo, leaf.signatureKey, suite.signature))) continue
    return demandModerator(leaf.identityKey, policy.moderators)
  }
  throw new MlsRefused('not-admitted', 'founded by somebody who was not a member')
}

function demandModerator(identityKey: Uint8Array, moderators: readonly Uint8Array[]): void {
  if (moderators.length === 0 || moderators.some((key) => equalBytes(key, identityKey))) return
  throw new MlsRefused('not-admitted', 'founded by a member who is no moderator')
}
