/**
 * What everybody may know of a group: GroupContext, ratchet tree, and the last confirmation tag, which the next
 * transcript hash needs (RFC 9420, section 8.2). The server keeps no more than this. Holds no secret.
 */
import { bytes as byteString, limits, object, type ChannelPolicy } from '@reforms/protocol'
import { bytesToBase64, type GroupContext, type GroupInfo, type RatchetTree } from 'ts-mls'
import { throwIfDefined, validateRatchetTree } from 'ts-mls/clientState.js'
import { decodeGroupContext, encodeGroupContext } from 'ts-mls/groupContext.js'
import { verifyGroupInfoSignature } from 'ts-mls/groupInfo.js'
import { Type } from 'typebox'
import { decodeDocument, encodeDocument } from '../document.ts'
import { rosterOfTree } from './credential.ts'
import { groupNameOf } from './group-id.ts'
import { checkCapabilities, HPKE_KEY_BYTES } from './key-package.ts'
import { policyFrom } from './policy-extension.ts'
import { MlsRefused, refusing } from './refusal.ts'
import { CLIENT_CONFIG, type Suite } from './suite.ts'
import { decodeExactly, decodeTree, encodeTree } from './wire.ts'

export interface PublicState {
  readonly context: GroupContext
  readonly tree: RatchetTree
  readonly confirmationTag: Uint8Array
}

const MAX_CONTEXT_BYTES = 16_384
const STORED_MAX_BYTES = limits.TREE_MAX_BYTES + MAX_CONTEXT_BYTES + 256
const StoredPublicState = object({
  version: Type.Literal(1),
  context: byteString(1, MAX_CONTEXT_BYTES),
  tree: byteString(1, limits.TREE_MAX_BYTES),
  confirmationTag: byteString(1, 64),
})

export function encodePublicState({ context, tree, confirmationTag }: PublicState): Uint8Array {
  const stored = {
    version: 1 as const,
    context: encodeGroupContext(context),
    tree: encodeTree(tree),
    confirmationTag,
  }
  return encodeDocument(StoredPublicState, stored, STORED_MAX_BYTES)
}

/** For what encodePublicState made: the tree is not verified again. Throws CryptoError or MlsRefused 'malformed'. */
export function decodePublicState(bytes: Uint8Array): PublicState {
  const stored = decodeDocument(StoredPublicState, bytes, STORED_MAX_BYTES)
  return {
    context: decodeExactly(decodeGroupContext, encodeGroupContext, stored.context, MAX_CONTEXT_BYTES),
    tree: decodeTree(stored.tree),
    confirmationTag: stored.confirmationTag,
  }
}

/** Of what encodePublicState made, without decoding the tree: its cost hardly grows with the group. */
export function readStoredState(bytes: Uint8Array): { context: GroupContext; tree: Uint8Array } {
  const { context, tree } = decodeDocument(StoredPublicState, bytes, STORED_MAX_BYTES)
  return { context: decodeExactly(decodeGroupContext, encodeGroupContext, context, MAX_CONTEXT_BYTES), tree }
}

/** Throws MlsRefused 'wrong-suite', 'wrong-group' or 'policy-not-allowed'. */
export function checkContext(context: GroupContext, suite: Suite): ChannelPolicy {
  if (context.version !== 'mls10' || context.cipherSuite !== suite.name) {
    throw new MlsRefused('wrong-suite', 'a group of another ciphersuite')
  }
  if (context.epoch > BigInt(Number.MAX_SAFE_INTEGER)) throw new MlsRefused('wrong-epoch', 'no such epoch')
  groupNameOf(context.groupId)
  return policyFrom(context.extensions)
}

/** Throws MlsRefused 'duplicate-device' or 'bad-tree': no device or HPKE key twice, and keys that can be some (LIM-6). */
export function checkKeys(tree: RatchetTree): void {
  const devices = rosterOfTree(tree)
  if (new Set(devices.map((leaf) => leaf.deviceId)).size !== devices.length) {
    throw new MlsRefused('duplicate-device', 'a device has two leaves')
  }
  const hpkeKeys = tree.flatMap((node) => {
    if (!node) return []
    return [(node.nodeType === 'leaf' ? node.leaf : node.parent).hpkePublicKey]
  })
  if (hpkeKeys.some(({ length }) => length !== HPKE_KEY_BYTES))
    throw new MlsRefused('bad-tree', 'an HPKE key of another length')
  if (new Set(hpkeKeys.map(bytesToBase64)).size !== hpkeKeys.length)
    throw new MlsRefused('bad-tree', 'an HPKE key is there twice')
}

/** What we ask of a tree beyond RFC 9420. Throws MlsRefused. */
export function checkLeaves(tree: RatchetTree, suite: Suite): void {
  checkKeys(tree)
  for (const node of tree) if (node?.nodeType === 'leaf') checkCapabilities(node.leaf, suite)
}

/** Verifies a tree that comes from elsewhere, whole. Throws MlsRefused. */
export async function checkTree(tree: RatchetTree, context: GroupContext, suite: Suite): Promise<void> {
  checkLeaves(tree, suite)
  const { lifetimeConfig, authService } = CLIENT_CONFIG
  await refusing('bad-tree', async () =>
    throwIfDefined(
      await validateRatchetTree(tree, context, lifetimeConfig, authService, context.treeHash, suite),
    ),
  )
}

/** Throws MlsRefused 'bad-signature' or 'unknown-leaf'. */
export async function checkGroupInfoSignature(
  info: GroupInfo,
  tree: RatchetTree,
  suite: Suite,
): Promise<void> {
  const signer = tree[2 * info.signer]
  if (signer?.nodeType !== 'leaf')
    throw new MlsRefused('unknown-leaf', 'the signer of the GroupInfo is no member')
  if (!(await verifyGroupInfoSignature(info, signer.leaf.signaturePublicKey, suite.signature))) {
    throw new MlsRefused('bad-signature', 'the GroupInfo is not signed by its signer')
  }
}

/** A group as GroupInfo and tree show it, all verified. Throws MlsRefused. */
export async function openPublicState(
  info: GroupInfo,
  tree: RatchetTree,
  suite: Suite,
): Promise<PublicState> {
  checkContext(info.groupContext, suite)
  await checkTree(tree, info.groupContext, suite)
  await checkGroupInfoSignature(info, tree, suite)
  return { context: info.groupContext, tree, confirmationTag: info.confirmationTag }
}
