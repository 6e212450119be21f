/**
 * What a commit makes of a group's public state (RFC 9420, sections 12.3 and 12.4.2), with every check that needs no
 * secret. Members run it before they apply a commit, the server runs it to follow the group: so both refuse alike.
 */
import { limits, type ChannelPolicy, type Milliseconds } from '@reforms/protocol'
import type { GroupContext, KeyPackage, LeafNode, PublicMessage, RatchetTree, UpdatePath } from 'ts-mls'
import { verifyFramedContentSignature, type FramedContentCommit } from 'ts-mls/framedContent.js'
import { encodeCredential } from 'ts-mls/credential.js'
import { verifyLeafNodeSignature } from 'ts-mls/leafNode.js'
import { addLeafNode, filteredDirectPathAndCopathResolution, removeLeafNode } from 'ts-mls/ratchetTree.js'
import { createConfirmedHash, createInterimHash } from 'ts-mls/transcriptHash.js'
import { treeHashRoot } from 'ts-mls/treeHash.js'
import { nodeToLeafIndex, toLeafIndex, type LeafIndex } from 'ts-mls/treemath.js'
import { applyUpdatePath } from 'ts-mls/updatePath.js'
import { equalBytes } from '../document.ts'
import { authoriseCommit } from './authorisation.ts'
import { leafAt, leafOf, rosterOfTree, type Leaf } from './credential.ts'
import { checkCapabilities, checkKeyPackage, checkLifetime } from './key-package.ts'
import { policyFrom } from './policy-extension.ts'
import { sortProposals, type SortedProposals } from './proposals.ts'
import { checkKeys, type PublicState } from './public-state.ts'
import { MlsRefused, refusing } from './refusal.ts'
import type { Suite } from './suite.ts'
import { checkTreeSize } from './tree-size.ts'

export interface CommitEffect {
  readonly committer: Leaf
  readonly external: boolean
  readonly added: Leaf[]
  readonly removed: Leaf[]
  /** Present when the commit changes it. */
  readonly policy?: ChannelPolicy
  readonly authenticatedData: Uint8Array
  readonly next: PublicState
}

interface OpenedCommit {
  readonly content: FramedContentCommit
  readonly signature: Uint8Array
  readonly confirmationTag: Uint8Array
  readonly path: UpdatePath
  readonly proposals: SortedProposals
  /** Undefined for an external commit. */
  readonly senderIndex: LeafIndex | undefined
}

function checkPlace(context: GroupContext, content: PublicMessage['content']): void {
  if (!equalBytes(content.groupId, context.groupId)) throw new MlsRefused('wrong-group', 'for another group')
  if (content.epoch !== context.epoch) throw new MlsRefused('wrong-epoch', 'for another epoch')
}

function senderIndexOf({ sender }: PublicMessage['content']): LeafIndex | undefined {
  if (sender.senderType === 'member') return toLeafIndex(sender.leafIndex)
  if (sender.senderType === 'new_member_commit') return undefined
  throw new MlsRefused('unsupported-commit', 'a commit comes from a member or from one who joins')
}

function openCommit({ context }: PublicState, message: PublicMessage): OpenedCommit {
  const { content, auth } = message
  checkPlace(context, content)
  if (content.contentType !== 'commit' || auth.contentType !== 'commit') {
    throw new MlsRefused('unsupported-commit', 'not a commit')
  }
  const { path } = content.commit
  // Without one, whoever is removed could compute the next secret (EPO-10).
  if (!path) throw new MlsRefused('unsupported-commit', 'a commit always has a path')
  const senderIndex = senderIndexOf(content)
  const proposals = sortProposals(content.commit, senderIndex === undefined ? 'external' : 'member')
  return {
    content,
    signature: auth.signature,
    confirmationTag: auth.confirmationTag,
    path,
    proposals,
    senderIndex,
  }
}

function nodeOf(tree: RatchetTree, index: LeafIndex): LeafNode {
  const node = tree[2 * index]
  if (node?.nodeType !== 'leaf') throw new MlsRefused('unknown-leaf', 'the committer has no leaf')
  return node.leaf
}

/** A committer keeps its credential and its key: a device that changes either is another device. */
function checkSameLeaf(before: LeafNode, after: LeafNode): void {
  const same =
    equalBytes(before.signaturePublicKey, after.signaturePublicKey) &&
    equalBytes(encodeCredential(before.credential), encodeCredential(after.credential))
  if (!same) throw new MlsRefused('identity-changed', 'the path names another device')
}

async function checkSignature(
  before: PublicState,
  commit: OpenedCommit,
  message: PublicMessage,
  suite: Suite,
) {
  const { senderIndex, path } = commit
  const leaf = senderIndex === undefined ? path.leafNode : nodeOf(before.tree, senderIndex)
  if (senderIndex !== undefined) checkSameLeaf(leaf, path.leafNode)
  checkCapabilities(path.leafNode, suite)
  const signed = await verifyFramedContentSignature(
    leaf.signaturePublicKey,
    'mls_public_message',
    message.content,
    message.auth,
    before.context,
    suite.signature,
  )
  if (!signed) throw new MlsRefused('bad-signature', 'not signed by the committer')
}

function removeLeaves(before: PublicState, commit: OpenedCommit): { tree: RatchetTree; removed: Leaf[] } {
  const removed = commit.proposals.removes.map((index) => {
    const leaf = leafAt(before.tree, index)
    if (!leaf || index === commit.senderIndex) throw new MlsRefused('unknown-leaf', 'cannot remove that leaf')
    return leaf
  })
  if (new Set(commit.proposals.removes).size !== removed.length) {
    throw new MlsRefused('unknown-leaf', 'a leaf is removed twice')
  }
  const tree = commit.proposals.removes.reduce(
    (rest, index) => removeLeafNode(rest, toLeafIndex(index)),
    before.tree,
  )
  return { tree, removed }
}

async function addLeaves(start: RatchetTree, keyPackages: readonly KeyPackage[], suite: Suite) {
  await Promise.all(keyPackages.map((keyPackage) => checkKeyPackage(keyPackage, suite)))
  let tree = start
  const added: Leaf[] = []
  for (const { leafNode } of keyPackages) {
    const [grown, nodeIndex] = addLeafNode(tree, leafNode)
    tree = grown
    added.push(leafOf(leafNode, nodeToLeafIndex(nodeIndex)))
  }
  return { tree, added }
}

/** A path secret is encrypted once for each node that needs it; fewer or more would lock members out. */
function checkPathWidth(
  tree: RatchetTree,
  committer: LeafIndex,
  path: UpdatePath,
  added: readonly Leaf[],
): void {
  const joining = new Set(added.map((leaf) => 2 * leaf.leafIndex))
  const widths = filteredDirectPathAndCopathResolution(committer, tree).map(
    ({ resolution }) => resolution.filter((index) => !joining.has(index)).length,
  )
  const fits =
    widths.length === path.nodes.length &&
    widths.every((width, level) => path.nodes[level]?.encryptedPathSecret.length === width)
  if (!fits) throw new MlsRefused('bad-tree', 'the path does not fit the tree')
}

/** The tree after the committer's path, and where the committer is in it. */
async function applyPath(
  before: PublicState,
  commit: OpenedCommit,
  changed: { tree: RatchetTree; added: readonly Leaf[] },
  suite: Suite,
): Promise<{ tree: RatchetTree; committer: Leaf }> {
  const { path, senderIndex } = commit
  const external = senderIndex === undefined
  const [tree, nodeIndex] = external
    ? addLeafNode(changed.tree, path.leafNode)
    : [changed.tree, 2 * senderIndex]
  const index = toLeafIndex(nodeIndex / 2)
  checkPathWidth(tree, index, path, changed.added)
  if (!(await verifyLeafNodeSignature(path.leafNode, before.context.groupId, index, suite.signature))) {
    throw new MlsRefused('bad-signature', "the path's leaf is not signed")
  }
  const next = await refusing('bad-tree', () => applyUpdatePath(tree, index, path, suite.hash, external))
  checkKeys(next)
  return { tree: next, committer: leafOf(path.leafNode, index) }
}

async function nextState(
  before: PublicState,
  commit: OpenedCommit,
  tree: RatchetTree,
  suite: Suite,
): Promise<PublicState> {
  const { content, signature, confirmationTag, proposals } = commit
  const { context } = before
  const interim = await createInterimHash(context.confirmedTranscriptHash, before.confirmationTag, suite.hash)
  const input = { wireformat: 'mls_public_message', content, signature } as const
  return {
    context: {
      ...context,
      epoch: context.epoch + 1n,
      treeHash: await treeHashRoot(tree, suite.hash),
      confirmedTranscriptHash: await createConfirmedHash(interim, input, suite.hash),
      extensions: proposals.extensions ?? context.extensions,
    },
    tree,
    confirmationTag,
  }
}

/** Throws MlsRefused for what the policy does not let the committer do (ENG-6). */
async function authorise(
  before: PublicState,
  effect: CommitEffect,
  now: Milliseconds | undefined,
): Promise<void> {
  const answer = await authoriseCommit(
    { roster: rosterOfTree(before.tree), policy: policyFrom(before.context.extensions) },
    { ...effect, groupId: before.context.groupId, ...(now === undefined ? {} : { now }) },
  )
  if (!answer.ok)
    throw new MlsRefused(answer.code, `the commit is not allowed: ${answer.code}`, answer.deviceId)
}

/**
 * Everything that a commit changes, or a refusal. `now` is given where a clock decides about lifetimes and expiry: by
 * who makes the commit and by the server that accepts it; not by members who apply what the log holds.
 */
export async function effectOfCommit(
  before: PublicState,
  message: PublicMessage,
  { suite, now }: { suite: Suite; now?: Milliseconds },
): Promise<CommitEffect> {
  const commit = openCommit(before, message)
  const { adds, extensions } = commit.proposals
  if (adds.length > limits.TURN_ADDS_MAX)
    throw new MlsRefused('unsupported-commit', 'too many are added at once')
  if (now !== undefined) for (const keyPackage of adds) checkLifetime(keyPackage, now)
  await checkSignature(before, commit, message, suite)
  const { tree: shrunk, removed } = removeLeaves(before, commit)
  const grown = await addLeaves(shrunk, adds, suite)
  const { tree, committer } = await applyPath(before, commit, grown, suite)
  const external = commit.senderIndex === undefined
  const added = external ? [committer] : grown.added
  // Who comes in externally takes the place of an older leaf of theirs, or none (POL-7).
  const grows = external ? removed.length === 0 : added.length > 0
  checkTreeSize(tree, grows ? 'grows' : 'stays')
  const effect: CommitEffect = {
    committer,
    external,
    added,
    removed,
    ...(extensions ? { policy: policyFrom(extensions) } : {}),
    authenticatedData: commit.content.authenticatedData,
    next: await nextState(before, commit, tree, suite),
  }
  await authorise(before, effect, now)
  return effect
}
