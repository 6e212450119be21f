/** What a group's public state has to be, each check alone: whoever opens one from elsewhere trusts nothing in it. */
import type { LeafNode, RatchetTree } from 'ts-mls'
import { beforeAll, describe, expect, it } from 'vitest'
import { groupIdOf, groupNameOf } from './group-id.ts'
import { publicStateOf } from './group.ts'
import { checkCapabilities } from './key-package.ts'
import {
  checkContext,
  checkGroupInfoSignature,
  checkTree,
  checkKeys,
  decodePublicState,
  encodePublicState,
  readStoredState,
} from './public-state.ts'
import type { PublicState } from './public-state.ts'
import { loadSuite, type Suite } from './suite.ts'
import { commitIn, foundChannel, groupOf, type TestChannel } from './testing-channel.ts'
import { CHANNEL, person, policyWith, refusal } from './testing.ts'
import { decodeExactly, decodeMessage, decodeTree, encodeTree } from './wire.ts'

let suite: Suite
let channel: TestChannel
let state: PublicState

beforeAll(async () => {
  suite = await loadSuite()
  const [anna, ben] = await Promise.all([person(1), person(2)])
  channel = await foundChannel(anna.devices[0]!, policyWith())
  await commitIn(channel, anna.devices[0]!, { adds: [{ person: ben, device: ben.devices[0]! }] })
  state = publicStateOf(groupOf(channel, anna.devices[0]!))
})

/** The code with which a step refuses, synchronous or not. */
const refused = (step: () => unknown) => refusal((async () => step())())

function leafIn(tree: RatchetTree, leafIndex: number): LeafNode {
  const node = tree[2 * leafIndex]
  if (node?.nodeType !== 'leaf') throw new Error('no leaf there')
  return node.leaf
}

const withLeaf = (leafIndex: number, changes: object): RatchetTree => {
  const leaf = { ...leafIn(state.tree, leafIndex), ...changes } as LeafNode
  return state.tree.with(2 * leafIndex, { nodeType: 'leaf', leaf })
}

describe('a GroupContext', () => {
  const checked = (changes: object) => refused(() => checkContext({ ...state.context, ...changes }, suite))

  it('is of our version and ciphersuite, has an epoch that a number can hold, and our name and policy', async () => {
    expect(await checked({})).toBe('accepted')
    expect(await checked({ version: 'mls11' })).toBe('wrong-suite')
    expect(await checked({ cipherSuite: 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519' })).toBe('wrong-suite')
    expect(await checked({ epoch: BigInt(Number.MAX_SAFE_INTEGER) })).toBe('accepted')
    expect(await checked({ epoch: BigInt(Number.MAX_SAFE_INTEGER) + 1n })).toBe('wrong-epoch')
    expect(await checked({ groupId: state.context.groupId.subarray(1) })).toBe('wrong-group')
    expect(await checked({ extensions: [] })).toBe('policy-not-allowed')
  })

  it('GEN-1: names its channel and its generation, which count from 1', async () => {
    const name = { channelId: CHANNEL, generation: 0x01020304 }
    const groupId = groupIdOf(name)
    expect(groupId).toHaveLength(20)
    expect([...groupId.subarray(16)]).toEqual([1, 2, 3, 4])
    expect(groupNameOf(groupId)).toEqual(name)
    const inside = Uint8Array.from([9, 9, 9, ...groupId]).subarray(3)
    expect(groupNameOf(inside)).toEqual(name)
    expect(await refused(() => groupNameOf(groupIdOf({ ...name, generation: 0 })))).toBe('wrong-group')
    expect(await refused(() => groupNameOf(Uint8Array.from([...groupId, 0])))).toBe('wrong-group')
  })
})

describe('a tree', () => {
  it('POL-8: has each device and each key once', async () => {
    const { credential, hpkePublicKey } = leafIn(state.tree, 0)
    expect(await refused(() => checkKeys(state.tree))).toBe('accepted')
    expect(await refused(() => checkKeys(withLeaf(1, { credential })))).toBe('duplicate-device')
    expect(await refused(() => checkKeys(withLeaf(1, { hpkePublicKey })))).toBe('bad-tree')
    const parent = state.tree.find((node) => node?.nodeType === 'parent')
    if (parent?.nodeType !== 'parent') throw new Error('no parent')
    const { hpkePublicKey: upper } = parent.parent
    expect(await refused(() => checkKeys(withLeaf(1, { hpkePublicKey: upper })))).toBe('bad-tree')
  })

  it('is checked whole: uniqueness, capabilities, signatures and hash', async () => {
    const checked = (tree: RatchetTree) => refused(() => checkTree(tree, state.context, suite))
    const { credential, capabilities, signature } = leafIn(state.tree, 0)
    expect(await checked(state.tree)).toBe('accepted')
    expect(await checked(withLeaf(1, { credential }))).toBe('duplicate-device')
    expect(await checked(withLeaf(1, { capabilities: { ...capabilities, extensions: [] } }))).toBe(
      'bad-capabilities',
    )
    expect(await checked(withLeaf(1, { signature }))).toBe('bad-tree')
    const { treeHash } = state.context
    const context = { ...state.context, treeHash: treeHash.with(0, treeHash[0]! ^ 1) }
    expect(await refused(() => checkTree(state.tree, context, suite))).toBe('bad-tree')
  })

  it('has leaves that can do what a group needs, and nothing else in them', async () => {
    const { capabilities } = leafIn(state.tree, 0)
    const able = (changes: object, extensions: object[] = []) =>
      refused(() =>
        checkCapabilities(
          {
            ...leafIn(state.tree, 0),
            capabilities: { ...capabilities, ...changes },
            extensions,
          } as LeafNode,
          suite,
        ),
      )
    expect(await able({})).toBe('accepted')
    for (const lacking of ['versions', 'ciphersuites', 'extensions', 'credentials'])
      expect(await able({ [lacking]: [] }), lacking).toBe('bad-capabilities')
    expect(await able({}, [{ extensionType: 1, extensionData: new Uint8Array() }])).toBe('bad-capabilities')
  })
})

describe('a GroupInfo', () => {
  it('is signed by the member that it names', async () => {
    const { groupInfo } = decodeMessage(channel.groupInfo, 'mls_group_info')
    const checked = (changes: object) =>
      refused(() => checkGroupInfoSignature({ ...groupInfo, ...changes }, state.tree, suite))
    expect(await checked({})).toBe('accepted')
    expect(await checked({ signer: 1 })).toBe('bad-signature')
    expect(await checked({ signer: 2 })).toBe('unknown-leaf')
    const { confirmationTag } = groupInfo
    expect(await checked({ confirmationTag: confirmationTag.with(0, confirmationTag[0]! ^ 1) })).toBe(
      'bad-signature',
    )
  })
})

describe('MLS bytes', () => {
  it('LIM-1: are refused before they are read where they are too many', async () => {
    const bytes = encodeTree(state.tree)
    let reads = 0
    const decode = (own: Uint8Array, offset: number): [Uint8Array, number] => {
      reads += 1
      return [own.subarray(offset), own.length]
    }
    const read = (maxBytes: number) => refused(() => decodeExactly(decode, (whole) => whole, bytes, maxBytes))
    expect(await read(bytes.length)).toBe('accepted')
    expect(await read(bytes.length - 1)).toBe('malformed')
    expect(reads).toBe(1)
  })

  it('are of the kind that is asked for, whole, and in their one encoding', async () => {
    const tree = encodeTree(state.tree)
    expect(await refused(() => decodeTree(tree))).toBe('accepted')
    expect(await refused(() => decodeTree(Uint8Array.from([...tree, 0])))).toBe('malformed')
    expect(await refused(() => decodeTree(new Uint8Array()))).toBe('malformed')
    expect(await refused(() => decodeMessage(channel.groupInfo, 'mls_group_info'))).toBe('accepted')
    expect(await refused(() => decodeMessage(channel.groupInfo, 'mls_public_message'))).toBe('malformed')
    const longer = Uint8Array.from([...channel.groupInfo, 0])
    expect(await refused(() => decodeMessage(longer, 'mls_group_info'))).toBe('malformed')
  })
})

describe('a state as it is stored', () => {
  it('is read with its tree, or without decoding it', () => {
    const bytes = encodePublicState(state)
    expect(decodePublicState(bytes)).toEqual(state)
    const { context, tree } = readStoredState(bytes)
    expect(context).toEqual(state.context)
    expect(decodeTree(tree)).toEqual(state.tree)
  })
})
