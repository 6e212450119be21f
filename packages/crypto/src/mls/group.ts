/**
 * A member's own view of a group: an immutable value that can be stored. Exactly one writer may hold it (CRYPTO.md,
 * rule 1). For clients only: it holds the group's secrets.
 */
import { bytes as byteString, object, type ChannelPolicy } from '@reforms/protocol'
import { decodeGroupState, encodeGroupState, mlsExporter, type ClientState } from 'ts-mls'
import { Type } from 'typebox'
import { decodeDocument, encodeDocument } from '../document.ts'
import type { EpochRecord } from '../epoch.ts'
import { rosterOfTree, type Leaf } from './credential.ts'
import { groupNameOf, type EpochName } from './group-id.ts'
import { policyFrom } from './policy-extension.ts'
import type { PublicState } from './public-state.ts'
import { CLIENT_CONFIG, type Suite } from './suite.ts'
import { roomIn } from './tree-size.ts'
import { decodeExactly, encodeTree } from './wire.ts'

export interface MlsGroup {
  readonly state: ClientState
  readonly epochId: Uint8Array
}

const MAX_STATE_BYTES = 16_777_216
const StoredGroup = object({
  version: Type.Literal(1),
  state: byteString(1, MAX_STATE_BYTES),
  epochId: byteString(16, 16),
})

/** The library's state without what we never use: no secret tree, nothing of former epochs. */
function withoutHistory(state: ClientState): ClientState {
  return { ...state, secretTree: [], historicalReceiverData: new Map(), clientConfig: CLIENT_CONFIG }
}

/** The group as it stands in its epoch, with the record of that epoch: secret and name are exporter values (EPO-1). */
export async function enterEpoch(
  state: ClientState,
  change: { readonly added: Leaf[]; readonly removed: Leaf[] },
  suite: Suite,
): Promise<{ group: MlsGroup; record: EpochRecord }> {
  const { groupId, epoch } = state.groupContext
  const { exporterSecret } = state.keySchedule
  const [secret, epochId] = await Promise.all([
    mlsExporter(exporterSecret, 'reforms epoch v1', groupId, 32, suite),
    mlsExporter(exporterSecret, 'reforms epoch id v1', groupId, 16, suite),
  ])
  const { generation } = groupNameOf(groupId)
  const record = {
    generation,
    epoch: Number(epoch),
    epochId,
    secret,
    added: change.added,
    removed: change.removed,
  }
  return { group: { state: withoutHistory(state), epochId }, record }
}

/** Everything needed to go on, secrets too: store it encrypted. */
export function encodeGroup({ state, epochId }: MlsGroup): Uint8Array {
  const stored = { version: 1 as const, state: encodeGroupState(state), epochId }
  return encodeDocument(StoredGroup, stored, MAX_STATE_BYTES + 64)
}

/** Throws CryptoError or MlsRefused 'malformed'. */
export function decodeGroup(bytes: Uint8Array): MlsGroup {
  const { state, epochId } = decodeDocument(StoredGroup, bytes, MAX_STATE_BYTES + 64)
  const decoded = decodeExactly(decodeGroupState, encodeGroupState, state, MAX_STATE_BYTES)
  return { state: { ...decoded, clientConfig: CLIENT_CONFIG }, epochId: epochId.slice() }
}

export function publicStateOf({ state }: MlsGroup): PublicState {
  return { context: state.groupContext, tree: state.ratchetTree, confirmationTag: state.confirmationTag }
}

/** The member list, in the order of the tree: what the screen shows. */
export function rosterOf({ state }: MlsGroup): Leaf[] {
  return rosterOfTree(state.ratchetTree)
}

export function policyOf({ state }: MlsGroup): ChannelPolicy {
  return policyFrom(state.groupContext.extensions)
}

export function treeOf({ state }: MlsGroup): Uint8Array {
  return encodeTree(state.ratchetTree)
}

/** How many bytes of leaves this member's next commit may add (LIM-7). A leaf is smaller than its key package. */
export function roomOf({ state }: MlsGroup): number {
  return roomIn(state.ratchetTree)
}

export function epochOf({ state, epochId }: MlsGroup): EpochName & { readonly epochId: Uint8Array } {
  const { groupId, epoch } = state.groupContext
  return { ...groupNameOf(groupId), epoch: Number(epoch), epochId }
}
