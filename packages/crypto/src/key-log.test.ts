import { sha256 } from '@noble/hashes/sha2.js'
import { encodeCbor, type UserId } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import {
  MerkleAccumulator,
  decodeKeyLogEntry,
  encodeKeyLogEntry,
  hashDocument,
  leafHash,
  verifyRoot,
} from './key-log.ts'
import { code, seeded, uuid } from './testing.ts'

const random = seeded(8)

/** RFC 6962, section 2.1, word for word. */
function treeHash(entries: Uint8Array[]): Uint8Array {
  if (entries.length === 0) return sha256(new Uint8Array(0))
  if (entries.length === 1) return leafHash(entries[0]!)
  let split = 1
  while (2 * split < entries.length) split *= 2
  const halves = [treeHash(entries.slice(0, split)), treeHash(entries.slice(split))]
  return sha256(Buffer.concat([Uint8Array.of(1), ...halves]))
}

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))
/** The inputs and roots that Certificate Transparency's implementations are tested with. */
const CT_INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const CT_ROOTS: [number, string][] = [
  [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
]

describe('key log', () => {
  it('has the roots that Certificate Transparency publishes', () => {
    for (const [size, root] of CT_ROOTS) {
      const tree = new MerkleAccumulator()
      for (const input of CT_INPUTS.slice(0, size)) tree.append(hex(input))
      expect(Buffer.from(tree.root()).toString('hex')).toBe(root)
    }
  })

  it('grows to the root of RFC 6962 at every size, through being stored', () => {
    let tree = new MerkleAccumulator()
    const entries: Uint8Array[] = []
    for (let size = 0; size < 70; size += 1) {
      expect(tree.root()).toEqual(treeHash(entries))
      verifyRoot(tree, { size, root: treeHash(entries) })
      const entry = random(20)
      entries.push(entry)
      tree = MerkleAccumulator.decode(tree.encode())
      tree.append(entry)
    }
  })

  it('shows another history by another root', async () => {
    const tree = new MerkleAccumulator()
    tree.append(random(20))
    expect(await code((async () => verifyRoot(tree, { size: 1, root: random(32) }))())).toBe('hash')
    expect(await code((async () => verifyRoot(tree, { size: 2, root: tree.root() }))())).toBe('hash')
  })

  it('refuses a stored state that is none', async () => {
    const state = encodeCbor(['reforms key log state v1', 3, [random(32)]])
    expect(await code((async () => MerkleAccumulator.decode(state))())).toBe('malformed')
    expect(await code((async () => MerkleAccumulator.decode(random(30)))())).toBe('malformed')
  })
})

describe('key log entry', () => {
  const keys = { identityKey: random(32), accountKey: random(32) }
  const numbers = { accountNumber: 1, deviceListNumber: 2 }
  const entry = { userId: uuid<UserId>(1), ...keys, ...numbers, deviceListHash: hashDocument(random(9)) }

  it('comes back as it was, in about 150 bytes', () => {
    const encoded = encodeKeyLogEntry(entry)
    expect(decodeKeyLogEntry(encoded)).toEqual(entry)
    expect(encoded.length).toBeLessThan(160)
  })

  it('is refused when cut short or of a wrong length', async () => {
    const encoded = encodeKeyLogEntry(entry)
    expect(await code((async () => decodeKeyLogEntry(encoded.slice(0, -1)))())).toBe('malformed')
    expect(await code((async () => decodeKeyLogEntry(new Uint8Array(300)))())).toBe('too-large')
    expect(await code((async () => encodeKeyLogEntry({ ...entry, accountKey: random(31) }))())).toBe(
      'malformed',
    )
  })
})
