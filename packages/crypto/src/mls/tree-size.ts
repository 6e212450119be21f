/**
 * How large a tree is, and may be (SPEC.md, LIM-7): counted, not encoded, since members and the server ask at each commit, and
 * encoding a large tree takes longer than all the rest. RFC 9420, sections 7.1, 7.2 and 12.4.3.3. Holds no secret.
 */
import { limits } from '@reforms/protocol'
import type { LeafNode, ParentNode, RatchetTree } from 'ts-mls'
import { MlsRefused } from './refusal.ts'

/**
 * Three quarters. A leaf that was just added takes 283 bytes with the blank node above it, and 368 once it and the node are filled
 * in: what is left is enough for all of them.
 */
const GROWN_TREE_MAX_BYTES = (limits.TREE_MAX_BYTES / 4) * 3
/** What a commit fills in beside the leaves that it adds: its maker's path, of twenty nodes at most. */
const PATH_MAX_BYTES = 2048

/** Presence and type of a node; presence of a blank one. */
const NODE_HEADER_BYTES = 2
const BLANK_BYTES = 1
const NUMBER_BYTES = { uint16: 2, uint32: 4 }
/** Two times of 64 bits. */
const LIFETIME_BYTES = 16
const SOURCE_BYTES = 1

/** Section 2.1.2: bytes with their length before them. */
function vectorBytes(length: number): number {
  if (length < 64) return length + 1
  return length + (length < 16_384 ? 2 : 4)
}

function sourceBytes(leaf: LeafNode): number {
  switch (leaf.leafNodeSource) {
    case 'key_package':
      return SOURCE_BYTES + LIFETIME_BYTES
    case 'commit':
      return SOURCE_BYTES + vectorBytes(leaf.parentHash.length)
    case 'update':
      return SOURCE_BYTES
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)

function leafBytes(leaf: LeafNode): number {
  const { hpkePublicKey, signaturePublicKey, credential, capabilities, extensions, signature } = leaf
  const identity = credential.credentialType === 'basic' ? credential.identity.length : 0
  const extensionBytes = extensions.map(({ extensionData }) => vectorBytes(extensionData.length))
  return sum([
    vectorBytes(hpkePublicKey.length),
    vectorBytes(signaturePublicKey.length),
    NUMBER_BYTES.uint16 + vectorBytes(identity),
    ...Object.values(capabilities).map(({ length }) => vectorBytes(length * NUMBER_BYTES.uint16)),
    sourceBytes(leaf),
    vectorBytes(sum(extensionBytes) + extensions.length * NUMBER_BYTES.uint16),
    vectorBytes(signature.length),
  ])
}

function parentBytes({ hpkePublicKey, parentHash, unmergedLeaves }: ParentNode): number {
  const keys = vectorBytes(hpkePublicKey.length) + vectorBytes(parentHash.length)
  return keys + vectorBytes(unmergedLeaves.length * NUMBER_BYTES.uint32)
}

/** Of encodeTree's bytes, for trees whose credentials are ours. */
export function treeBytes(tree: RatchetTree): number {
  const nodes = tree.slice(0, tree.findLastIndex((node) => node !== undefined) + 1)
  const each = nodes.map((node) => {
    if (!node) return BLANK_BYTES
    return NODE_HEADER_BYTES + (node.nodeType === 'leaf' ? leafBytes(node.leaf) : parentBytes(node.parent))
  })
  return vectorBytes(sum(each))
}

/** Throws MlsRefused 'tree-full'. */
export function checkTreeSize(tree: RatchetTree, change: 'grows' | 'stays'): void {
  const size = treeBytes(tree)
  if (size > (change === 'grows' ? GROWN_TREE_MAX_BYTES : limits.TREE_MAX_BYTES))
    throw new MlsRefused('tree-full', `a tree of ${size} bytes`)
}

/** How many bytes of leaves a member's commit may add. */
export function roomIn(tree: RatchetTree): number {
  return Math.max(0, GROWN_TREE_MAX_BYTES - PATH_MAX_BYTES - treeBytes(tree))
}
