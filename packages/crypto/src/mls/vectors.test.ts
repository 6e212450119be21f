/**
 * The MLS working group's test vectors (github.com/mlswg/mls-implementations) against ts-mls as patched, for what the
 * patch touches: trees, their hashes, and whole lives of passive clients. They are read from the folder that
 * REFORMS_VECTORS names, else from shared/vectors beside the project.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  bytesToBase64,
  ciphersuites,
  decodeMlsMessage,
  defaultCryptoProvider,
  acceptAll,
  getCiphersuiteFromName,
  joinGroup,
  makePskIndex,
  processMessage,
  type CiphersuiteImpl,
  type CiphersuiteName,
  type MLSMessage,
  type RatchetTree,
} from 'ts-mls'
import { verifyLeafNodeSignature } from 'ts-mls/leafNode.js'
import { verifyParentHashes } from 'ts-mls/parentHash.js'
import { decodeProposal } from 'ts-mls/proposal.js'
import {
  addLeafNode,
  decodeRatchetTree,
  encodeRatchetTree,
  removeLeafNode,
  resolution,
  updateLeafNode,
} from 'ts-mls/ratchetTree.js'
import { treeHash, treeHashRoot } from 'ts-mls/treeHash.js'
import { toLeafIndex, toNodeIndex } from 'ts-mls/treemath.js'
import { describe, expect, it } from 'vitest'

const beside = fileURLToPath(new URL('../../../../../shared/vectors', import.meta.url))
const folder = `${process.env['REFORMS_VECTORS'] ?? beside}/mls`
const missing = existsSync(folder) ? undefined : `no test vectors in ${folder}: set REFORMS_VECTORS`
/** Ours, and the compliance suite. Two files have vectors for suite 1 only: those are run all the same. */
const IN_USE = new Set([3, 7])

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

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')

function load<V extends { cipher_suite: number }>(name: string): V[] {
  const vectors = JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')) as V[]
  const inUse = vectors.filter((vector) => IN_USE.has(vector.cipher_suite))
  return inUse.length > 0 ? inUse : vectors
}

async function suiteOf(id: number): Promise<CiphersuiteImpl> {
  const name = Object.entries(ciphersuites).find(([, value]) => value === id)![0] as CiphersuiteName
  return defaultCryptoProvider.getCiphersuiteImpl(getCiphersuiteFromName(name))
}

function messageOf<W extends MLSMessage['wireformat']>(text: string, wireformat: W) {
  const message = decodeMlsMessage(bytes(text), 0)![0]
  if (message.wireformat !== wireformat) throw new Error(`not an ${wireformat}`)
  return message as Extract<MLSMessage, { wireformat: W }>
}

const treeFrom = (text: string): RatchetTree => decodeRatchetTree(bytes(text), 0)![0]

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
  for (const epoch of vector.epochs) {
    for (const text of [...epoch.proposals, epoch.commit]) {
      const message = decodeMlsMessage(bytes(text), 0)![0]
      if (message.wireformat !== 'mls_private_message' && message.wireformat !== 'mls_public_message')
        throw new Error('not a handshake message')
      state = (await processMessage(message, state, makePskIndex(state, psks), acceptAll, suite)).newState
    }
    expect(hex(state.keySchedule.epochAuthenticator)).toBe(epoch.epoch_authenticator)
  }
}

const passiveClients = ['passive-client-welcome', 'passive-client-handling-commit', 'passive-client-random']

describe.skipIf(missing)(`MLS test vectors${missing ? ` (${missing})` : ''}`, () => {
  it('tree-validation', async () => {
    for (const vector of load<TreeValidation>('tree-validation')) await checkTreeValidation(vector)
  }, 120_000)

  it('tree-operations', async () => {
    for (const vector of load<TreeOperation>('tree-operations')) await checkTreeOperation(vector)
  })

  it.each(passiveClients)(
    '%s',
    async (name) => {
      for (const vector of load<PassiveClient>(name)) await checkPassiveClient(vector)
    },
    120_000,
  )
})
