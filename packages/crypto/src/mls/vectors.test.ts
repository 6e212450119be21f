/**
 * The MLS working group's test vectors (testing-vectors.ts) for what goes on between members: trees and their hashes, the
 * paths of commits, and whole lives of passive clients.
 */
import { acceptAll, bytesToBase64, decodeMlsMessage, joinGroup, makePskIndex, processMessage } from 'ts-mls'
import type { CiphersuiteImpl, GroupContext, RatchetTree } from 'ts-mls'
import { applyUpdatePathSecret } from 'ts-mls/createCommit.js'
import { verifyLeafNodeSignature } from 'ts-mls/leafNode.js'
import { verifyParentHashes } from 'ts-mls/parentHash.js'
import { getCommitSecret } from 'ts-mls/pathSecrets.js'
import { toPrivateKeyPath, updateLeafKey } from 'ts-mls/privateKeyPath.js'
import { decodeProposal } from 'ts-mls/proposal.js'
import {
  addLeafNode,
  encodeRatchetTree,
  removeLeafNode,
  resolution,
  updateLeafNode,
} from 'ts-mls/ratchetTree.js'
import { treeHash, treeHashRoot } from 'ts-mls/treeHash.js'
import { toLeafIndex, toNodeIndex } from 'ts-mls/treemath.js'
import { applyUpdatePath, decodeUpdatePath } from 'ts-mls/updatePath.js'
import { expect, it } from 'vitest'
import {
  bytes,
  checkAll,
  describeVectors,
  hex,
  messageOf,
  shortened,
  suiteOf,
  treeFrom,
  VECTORS_MS,
} from './testing-vectors.ts'

/** The longest of the published lives has 200 epochs, the largest tree a path of each of its leaves. */
const EPOCHS_SHORT = 40
const PATHS_SHORT = 4

interface TreeValidation {
  cipher_suite: number
  tree: string
  group_id: string
  tree_hashes: string[]
  resolutions: number[][]
}

interface TreeOperation {
  cipher_suite: number
  tree_before: string
  proposal: string
  proposal_sender: number
  tree_hash_before: string
  tree_after: string
  tree_hash_after: string
}

interface TreeKemPath {
  sender: number
  update_path: string
  path_secrets: (string | null)[]
  commit_secret: string
  tree_hash_after: string
}

interface TreeKem {
  cipher_suite: number
  group_id: string
  epoch: number
  confirmed_transcript_hash: string
  ratchet_tree: string
  leaves_private: {
    index: number
    encryption_priv: string
    path_secrets: { node: number; path_secret: string }[]
  }[]
  update_paths: TreeKemPath[]
}

interface PassiveClient {
  cipher_suite: number
  external_psks: { psk_id: string; psk: string }[]
  key_package: string
  signature_priv: string
  encryption_priv: string
  init_priv: string
  welcome: string
  ratchet_tree: string | null
  initial_epoch_authenticator: string
  epochs: { proposals: string[]; commit: string; epoch_authenticator: string }[]
}

async function checkTreeValidation(vector: TreeValidation): Promise<void> {
  const suite = await suiteOf(vector.cipher_suite)
  const tree = treeFrom(vector.tree)
  const cache = new Map()
  for (const [index, expected] of vector.tree_hashes.entries()) {
    expect(hex(await treeHash(tree, toNodeIndex(index), suite.hash, cache))).toBe(expected)
    expect(resolution(tree, toNodeIndex(index))).toEqual(vector.resolutions[index])
  }
  expect(await verifyParentHashes(tree, suite.hash)).toBe(true)
  for (const [index, node] of tree.entries()) {
    if (node?.nodeType !== 'leaf') continue
    const signed = verifyLeafNodeSignature(node.leaf, bytes(vector.group_id), index / 2, suite.signature)
    expect(await signed).toBe(true)
  }
}

function applyTo(tree: RatchetTree, { proposal, proposal_sender }: TreeOperation): RatchetTree {
  const decoded = decodeProposal(bytes(proposal), 0)![0]
  if ('add' in decoded) return addLeafNode(tree, decoded.add.keyPackage.leafNode)[0]
  if ('remove' in decoded) return removeLeafNode(tree, toLeafIndex(decoded.remove.removed))
  if ('update' in decoded) return updateLeafNode(tree, decoded.update.leafNode, toLeafIndex(proposal_sender))
  throw new Error('not an operation on trees')
}

async function checkTreeOperation(vector: TreeOperation): Promise<void> {
  const { hash } = await suiteOf(vector.cipher_suite)
  const before = treeFrom(vector.tree_before)
  expect(hex(await treeHashRoot(before, hash))).toBe(vector.tree_hash_before)
  const after = applyTo(before, vector)
  expect(hex(await treeHashRoot(after, hash))).toBe(vector.tree_hash_after)
  expect(hex(encodeRatchetTree(after))).toBe(vector.tree_after)
}

async function checkPassiveClient(vector: PassiveClient): Promise<void> {
  const suite = await suiteOf(vector.cipher_suite)
  const psks = Object.fromEntries(
    vector.external_psks.map(({ psk_id, psk }) => [bytesToBase64(bytes(psk_id)), bytes(psk)]),
  )
  let state = await joinGroup(
    messageOf(vector.welcome, 'mls_welcome').welcome,
    messageOf(vector.key_package, 'mls_key_package').keyPackage,
    {
      initPrivateKey: bytes(vector.init_priv),
      hpkePrivateKey: bytes(vector.encryption_priv),
      signaturePrivateKey: bytes(vector.signature_priv),
    },
    makePskIndex(undefined, psks),
    suite,
    vector.ratchet_tree === null ? undefined : treeFrom(vector.ratchet_tree),
  )
  expect(hex(state.keySchedule.epochAuthenticator)).toBe(vector.initial_epoch_authenticator)
  for (const epoch of shortened(vector.epochs, EPOCHS_SHORT)) {
    for (const text of [...epoch.proposals, epoch.commit]) {
      const message = decodeMlsMessage(bytes(text), 0)![0]
      if (message.wireformat !== 'mls_private_message' && message.wireformat !== 'mls_public_message')
        throw new Error('not a handshake message')
      state = (await processMessage(message, state, makePskIndex(state, psks), acceptAll, suite)).newState
    }
    expect(hex(state.keySchedule.epochAuthenticator)).toBe(epoch.epoch_authenticator)
  }
}

/** One leaf follows one path: it finds the secret at its place, and from there the commit secret. */
async function checkPathFor(
  vector: TreeKem,
  path: TreeKemPath,
  context: GroupContext,
  suite: CiphersuiteImpl,
) {
  const before = treeFrom(vector.ratchet_tree)
  const updatePath = decodeUpdatePath(bytes(path.update_path), 0)![0]
  const sender = toLeafIndex(path.sender)
  const after = await applyUpdatePath(before, sender, updatePath, suite.hash)
  expect(hex(await treeHashRoot(after, suite.hash))).toBe(path.tree_hash_after)
  for (const own of vector.leaves_private) {
    const expected = path.path_secrets[own.index]
    if (!expected) continue
    const held = Object.fromEntries(
      own.path_secrets.map(({ node, path_secret }) => [node, bytes(path_secret)]),
    )
    const keys = await toPrivateKeyPath(held, own.index, suite)
    const privatePath = updateLeafKey(keys, bytes(own.encryption_priv))
    const found = await applyUpdatePathSecret(after, privatePath, sender, context, updatePath, [], suite)
    expect(hex(found.pathSecret)).toBe(expected)
    const nodeIndex = toNodeIndex(found.nodeIndex)
    expect(hex(await getCommitSecret(after, nodeIndex, found.pathSecret, suite.kdf))).toBe(path.commit_secret)
  }
}

async function checkTreeKem(vector: TreeKem): Promise<void> {
  const suite = await suiteOf(vector.cipher_suite)
  for (const path of shortened(vector.update_paths, PATHS_SHORT)) {
    const context: GroupContext = {
      version: 'mls10',
      cipherSuite: suite.name,
      groupId: bytes(vector.group_id),
      epoch: BigInt(vector.epoch),
      treeHash: bytes(path.tree_hash_after),
      confirmedTranscriptHash: bytes(vector.confirmed_transcript_hash),
      extensions: [],
    }
    await checkPathFor(vector, path, context, suite)
  }
}

describeVectors('members', () => {
  it('tree-validation', () => checkAll('tree-validation', checkTreeValidation), VECTORS_MS)
  it('tree-operations', () => checkAll('tree-operations', checkTreeOperation))
  it('treekem', () => checkAll('treekem', checkTreeKem), VECTORS_MS)
  it.each(['passive-client-welcome', 'passive-client-handling-commit', 'passive-client-random'])(
    '%s',
    (name) => checkAll(name, checkPassiveClient),
    VECTORS_MS,
  )
})
