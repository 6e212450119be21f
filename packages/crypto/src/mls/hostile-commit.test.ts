/** Each check of commit-effect.ts and proposals.ts, with a commit that fails at it alone: members and the server run them alike. */
import { limits } from '@reforms/protocol'
import type { ClientState, Proposal, PublicMessage } from 'ts-mls'
import type { Commit } from 'ts-mls/commit.js'
import { signLeafNodeCommit } from 'ts-mls/leafNode.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { effectOfCommit } from './commit-effect.ts'
import { publicStateOf } from './group.ts'
import { generateFor } from './key-package-creation.ts'
import { policyExtensions } from './policy-extension.ts'
import { sortProposals } from './proposals.ts'
import { loadSuite } from './suite.ts'
import { bareCommit, commitOf, signedAgain } from './testing-commit.ts'
import { commitIn, foundChannel, groupOf, type TestChannel } from './testing-channel.ts'
import { NOW, person, policyWith, refusal, type Person } from './testing.ts'

let anna: Person, ben: Person, cleo: Person
let channel: TestChannel
/** Ben's, who is in with Anna and Cleo. */
let state: ClientState
let renewal: PublicMessage

beforeAll(async () => {
  ;[anna, ben, cleo] = await Promise.all([person(1), person(2), person(3)])
  channel = await foundChannel(anna.devices[0]!, policyWith({ moderators: [anna.identity.publicKey] }))
  const adds = [ben, cleo].map((who) => ({ person: who, device: who.devices[0]! }))
  await commitIn(channel, anna.devices[0]!, { adds })
  state = groupOf(channel, ben.devices[0]!).state
  renewal = await bareCommit(state)
})

async function judged(message: PublicMessage): Promise<string> {
  const before = publicStateOf(groupOf(channel, anna.devices[0]!))
  return refusal(effectOfCommit(before, message, { suite: await loadSuite() }))
}

const signed = async (commit: Commit) => judged(await signedAgain(state, renewal, commit))
const inline = (...proposals: Proposal[]) =>
  proposals.map((proposal) => ({ proposalOrRefType: 'proposal' as const, proposal }))
const removal = (removed: number): Proposal => ({ proposalType: 'remove', remove: { removed } })

async function additionOf(who: Person): Promise<Proposal> {
  const options = { now: NOW, lastResort: false, suite: await loadSuite() }
  const { publicPackage } = await generateFor(who.devices[0]!, options)
  return { proposalType: 'add', add: { keyPackage: publicPackage } }
}

describe('a commit and its sender', () => {
  it('takes the control: a renewal, also when signed again', async () => {
    expect(await judged(renewal)).toBe('accepted')
    expect(await signed(commitOf(renewal))).toBe('accepted')
  })

  it('ENG-6: refuses a signature that is not the committer’s', async () => {
    const { signature } = renewal.auth
    const auth = { ...renewal.auth, signature: signature.with(0, signature[0]! ^ 1) }
    expect(await judged({ ...renewal, auth } as PublicMessage)).toBe('bad-signature')
    const other = await signedAgain(
      { ...state, signaturePrivateKey: anna.devices[0]!.signature.privateKey },
      renewal,
      commitOf(renewal),
    )
    expect(await judged(other)).toBe('bad-signature')
  })

  it('refuses what is no commit, by its content or by its authentication', async () => {
    const proposal = { contentType: 'proposal', proposal: removal(0) }
    const content = { ...renewal.content, ...proposal } as PublicMessage['content']
    const auth = { contentType: 'proposal', signature: renewal.auth.signature } as PublicMessage['auth']
    expect(await judged({ ...renewal, content, auth } as PublicMessage)).toBe('unsupported-commit')
    expect(await judged({ ...renewal, content } as PublicMessage)).toBe('unsupported-commit')
    expect(await judged({ ...renewal, auth } as PublicMessage)).toBe('unsupported-commit')
  })

  it('refuses a sender who is no member, or has no leaf', async () => {
    const from = (sender: object) =>
      judged({ ...renewal, content: { ...renewal.content, sender } } as PublicMessage)
    expect(await from({ senderType: 'external', senderIndex: 0 })).toBe('unsupported-commit')
    expect(await from({ senderType: 'new_member_proposal' })).toBe('unsupported-commit')
    expect(await from({ senderType: 'member', leafIndex: 3 })).toBe('unknown-leaf')
    expect(await from({ senderType: 'member', leafIndex: 0 })).toBe('identity-changed')
  })

  it('refuses a committer that takes another key, or can no longer carry the policy', async () => {
    const { path } = commitOf(renewal)
    const withLeaf = (changes: object) =>
      signed({ ...commitOf(renewal), path: { ...path, leafNode: { ...path.leafNode, ...changes } } })
    const { publicKey } = cleo.devices[0]!.signature
    expect(await withLeaf({ signaturePublicKey: publicKey })).toBe('identity-changed')
    const { capabilities } = path.leafNode
    expect(await withLeaf({ capabilities: { ...capabilities, extensions: [] } })).toBe('bad-capabilities')
  })
})

describe('the proposals of a commit', () => {
  const commitWith = (...proposals: Proposal[]) =>
    signed({ ...commitOf(renewal), proposals: inline(...proposals) })

  it('refuses the removal of oneself, of nobody, and of somebody twice', async () => {
    expect(await commitWith(removal(1))).toBe('unknown-leaf')
    expect(await commitWith(removal(3))).toBe('unknown-leaf')
    expect(await commitWith(removal(0), removal(0))).toBe('unknown-leaf')
  })

  it('TURN-3: refuses more additions than one turn has', async () => {
    const add = await additionOf(cleo)
    const adds = Array.from({ length: limits.TURN_ADDS_MAX + 1 }, () => add)
    expect(await commitWith(...adds)).toBe('unsupported-commit')
    expect(await commitWith(...adds.slice(1))).not.toBe('unsupported-commit')
  })

  it('refuses the addition of a key package that its device has not signed', async () => {
    const { add } = (await additionOf(cleo)) as Extract<Proposal, { proposalType: 'add' }>
    const { signature } = add.keyPackage
    const keyPackage = { ...add.keyPackage, signature: signature.with(0, signature[0]! ^ 1) }
    expect(await commitWith({ proposalType: 'add', add: { keyPackage } })).toBe('bad-signature')
  })

  it('sorts what we use, and refuses all else of a member', async () => {
    const add = await additionOf(cleo)
    const extensions = policyExtensions(policyWith())
    const change = {
      proposalType: 'group_context_extensions',
      groupContextExtensions: { extensions },
    } as const
    const sort = (...proposals: Proposal[]) =>
      sortProposals({ proposals: inline(...proposals), path: undefined }, 'member')
    const { keyPackage } = (add as Extract<Proposal, { proposalType: 'add' }>).add
    expect(sort(removal(7), add, change)).toEqual({ adds: [keyPackage], removes: [7], extensions })
    expect(sort()).toEqual({ adds: [], removes: [], extensions: undefined })
    const psk = { proposalType: 'external_init', externalInit: { kemOutput: new Uint8Array(32) } } as const
    expect(() => sort(change, change)).toThrow()
    expect(() => sort(psk)).toThrow()
    expect(() => sort(add, psk)).toThrow()
    const byReference = { proposalOrRefType: 'reference' as const, reference: new Uint8Array(32) }
    expect(() => sortProposals({ proposals: [byReference], path: undefined }, 'member')).toThrow()
  })

  it('POL-7: takes from one who joins one external init, and at most one removal', async () => {
    const init = { proposalType: 'external_init', externalInit: { kemOutput: new Uint8Array(32) } } as const
    const extensions = policyExtensions(policyWith())
    const change = {
      proposalType: 'group_context_extensions',
      groupContextExtensions: { extensions },
    } as const
    const add = await additionOf(cleo)
    const sort =
      (...proposals: Proposal[]) =>
      () =>
        sortProposals({ proposals: inline(...proposals), path: undefined }, 'external')
    expect(sort(init)()).toEqual({ adds: [], removes: [], extensions: undefined })
    expect(sort(removal(2), init)()).toEqual({ adds: [], removes: [2], extensions: undefined })
    const refused = [
      [],
      [removal(2)],
      [init, init],
      [init, add],
      [init, change],
      [init, removal(1), removal(2)],
    ]
    for (const proposals of refused) expect(sort(...proposals)).toThrow()
  })
})

describe('the path of a commit', () => {
  const withPath = (changes: object) => {
    const { path } = commitOf(renewal)
    return signed({ ...commitOf(renewal), path: { ...path, ...changes } })
  }

  it('refuses one that has fewer or more nodes or secrets than the tree needs', async () => {
    const { nodes } = commitOf(renewal).path
    const [first, ...rest] = nodes
    const secrets = first!.encryptedPathSecret
    const withSecrets = (encryptedPathSecret: typeof secrets) =>
      withPath({ nodes: [{ ...first!, encryptedPathSecret }, ...rest] })
    expect(await withPath({ nodes: rest })).toBe('bad-tree')
    expect(await withPath({ nodes: [...nodes, first] })).toBe('bad-tree')
    expect(await withSecrets([])).toBe('bad-tree')
    expect(await withSecrets([...secrets, secrets[0]!])).toBe('bad-tree')
  })

  it('refuses a leaf that its device has not signed for this group and place', async () => {
    const { leafNode } = commitOf(renewal).path
    const { signature } = leafNode
    const changed = { ...leafNode, signature: signature.with(0, signature[0]! ^ 1) }
    expect(await withPath({ leafNode: changed })).toBe('bad-signature')
  })

  /** By its device, for this group and place. */
  async function signedLeaf(changes: object) {
    const { leafNode } = commitOf(renewal).path
    const tbs = { ...leafNode, ...changes, groupId: state.groupContext.groupId, leafIndex: 1 }
    return signLeafNodeCommit(tbs, state.signaturePrivateKey, (await loadSuite()).signature)
  }

  it('refuses a key of the tree that is there already', async () => {
    const node = state.ratchetTree[0]
    if (node?.nodeType !== 'leaf') throw new Error('no leaf')
    const { hpkePublicKey } = node.leaf
    expect(await withPath({ leafNode: await signedLeaf({ hpkePublicKey }) })).toBe('bad-tree')
  })

  it('LIM-6: refuses a leaf that fills the tree: each commit brings one, and the tree has a cap', async () => {
    const { capabilities } = commitOf(renewal).path.leafNode
    const able = (count: number) => ({
      capabilities: {
        ...capabilities,
        extensions: [...capabilities.extensions, ...Array.from({ length: count }, () => 0xf0f0)],
      },
    })
    expect(await withPath({ leafNode: await signedLeaf(able(60)) })).toBe('accepted')
    for (const count of [63, 100_000])
      expect(await withPath({ leafNode: await signedLeaf(able(count)) })).toBe('bad-capabilities')
  })

  it('LIM-6: refuses keys that nobody could encrypt to, or that fill the tree, in its leaf and above it', async () => {
    const [lowest, ...rest] = commitOf(renewal).path.nodes
    for (const length of [0, 31, 33, 1_000_000]) {
      const hpkePublicKey = new Uint8Array(length).fill(7)
      expect(await withPath({ leafNode: await signedLeaf({ hpkePublicKey }) })).toBe('bad-tree')
      expect(await withPath({ nodes: [{ ...lowest!, hpkePublicKey }, ...rest] })).toBe('bad-tree')
    }
  })
})
