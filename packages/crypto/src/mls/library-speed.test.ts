/** What patches/ts-mls+1.6.4.patch spares, and that nothing else comes of it: counted, not timed. */
import { addLeafNode, encodeRatchetTree, removeLeafNode } from 'ts-mls/ratchetTree.js'
import { treeHashRoot } from 'ts-mls/treeHash.js'
import { toLeafIndex } from 'ts-mls/treemath.js'
import type { Hash, LeafNode, RatchetTree } from 'ts-mls'
import { beforeAll, describe, expect, it } from 'vitest'
import { createSigningKeyPair } from '../keys.ts'
import { seeded } from '../testing.ts'
import { generateFor } from './key-package-creation.ts'
import { loadSuite, type Suite } from './suite.ts'
import { person } from './testing.ts'

const LEAVES = 64
const LEVELS = Math.log2(LEAVES) + 1
const random = seeded(31)
let suite: Suite
let model: LeafNode

beforeAll(async () => {
  suite = await loadSuite()
  const [device] = (await person(1, 1)).devices
  model = (await generateFor(device!, { now: 0, lastResort: false, suite })).publicPackage.leafNode
})

/** A leaf of somebody else: its signature is never looked at here. */
function newLeaf(): LeafNode {
  return { ...model, signaturePublicKey: createSigningKeyPair(random).publicKey }
}

function treeOf(leaves: readonly LeafNode[]): RatchetTree {
  const [first, ...others] = leaves
  const start: RatchetTree = [{ nodeType: 'leaf', leaf: first! }]
  return others.reduce((tree, leaf) => addLeafNode(tree, leaf)[0], start)
}

function counting(): { hash: Hash; digests: () => number } {
  let count = 0
  const hash: Hash = {
    ...suite.hash,
    digest(data) {
      count += 1
      return suite.hash.digest(data)
    },
  }
  return { hash, digests: () => count }
}

/** By a hash function that has seen no node yet. */
function computedAnew(tree: RatchetTree): Promise<Uint8Array> {
  return treeHashRoot(tree, counting().hash)
}

describe('tree hashes (RFC 9420, section 7.8)', () => {
  it('are computed once for each node', async () => {
    const { hash, digests } = counting()
    const tree = treeOf(Array.from({ length: LEAVES }, newLeaf))
    const first = await treeHashRoot(tree, hash)
    expect(digests()).toBe(2 * LEAVES - 1)
    expect(await treeHashRoot([...tree], hash)).toEqual(first)
    expect(digests()).toBe(2 * LEAVES - 1)
  })

  it('of a changed tree cost one path, and are what they would be without memory', async () => {
    const { hash, digests } = counting()
    const tree = treeOf(Array.from({ length: LEAVES }, newLeaf))
    await treeHashRoot(tree, hash)
    const removed = removeLeafNode(tree, toLeafIndex(5))
    const added = addLeafNode(removed, newLeaf())[0]
    for (const changed of [removed, added]) {
      const before = digests()
      expect(await treeHashRoot(changed, hash)).toEqual(await computedAnew(changed))
      expect(digests() - before).toBeLessThanOrEqual(LEVELS)
    }
  })

  it('tell one leaf in two places apart', async () => {
    const { hash } = counting()
    const [one, two, three] = [newLeaf(), newLeaf(), newLeaf()]
    for (const leaves of [
      [one, two, three],
      [two, one, three],
      [three, two, one],
    ]) {
      const tree = treeOf(leaves)
      expect(await treeHashRoot(tree, hash)).toEqual(await computedAnew(tree))
    }
  })

  it('follow a random life with one memory', async () => {
    const { hash } = counting()
    let tree = treeOf([newLeaf(), newLeaf()])
    for (let step = 0; step < 60; step += 1) {
      const index = random(1)[0]! % ((tree.length + 1) / 2)
      const occupied = tree[2 * index] !== undefined
      tree =
        occupied && index > 0 && step % 3 === 0
          ? removeLeafNode(tree, toLeafIndex(index))
          : addLeafNode(tree, newLeaf())[0]
      expect(await treeHashRoot(tree, hash)).toEqual(await computedAnew(tree))
    }
  })
})

it('a tree of 2^13 leaves can be written down', () => {
  const tree: RatchetTree = Array.from({ length: 2 ** 14 - 1 }, (_, index) =>
    index % 2 === 0 ? { nodeType: 'leaf', leaf: model } : undefined,
  )
  expect(encodeRatchetTree(tree).length).toBeGreaterThan(2 ** 13 * 200)
})
