/**
 * What we found wrong in ts-mls 1.6.4, from RFC 9420's text, on the library itself: each part fails on the published
 * package and passes with patches/ts-mls+1.6.4.patch.
 */
import {
  createCommit,
  createGroup,
  createGroupInfoWithExternalPub,
  emptyPskIndex,
  generateKeyPackage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  joinGroupExternal,
  mlsExporter,
  processPublicMessage,
  type CiphersuiteImpl,
  type ClientState,
  type CreateCommitOptions,
  type MLSMessage,
  type Proposal,
} from 'ts-mls'
import { decryptWithLabel } from 'ts-mls/crypto/hpke.js'
import { deriveSecret } from 'ts-mls/crypto/kdf.js'
import { createConfirmationTag } from 'ts-mls/framedContent.js'
import { encodeGroupContext } from 'ts-mls/groupContext.js'
import { initializeEpoch } from 'ts-mls/keySchedule.js'
import { beforeAll, describe, expect, it } from 'vitest'

const CUSTOM_EXTENSION = 0xf0f1
let suite: CiphersuiteImpl

beforeAll(async () => {
  suite = await getCiphersuiteImpl(
    getCiphersuiteFromName('MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519'),
  )
})

function keyPackageOf(name: string) {
  return generateKeyPackage(
    { credentialType: 'basic', identity: new TextEncoder().encode(name) },
    {
      versions: ['mls10'],
      ciphersuites: [suite.name],
      extensions: [CUSTOM_EXTENSION],
      proposals: [],
      credentials: ['basic'],
    },
    { notBefore: 0n, notAfter: 9_223_372_036_854_775_807n },
    [],
    suite,
  )
}

type KeyPackages = Awaited<ReturnType<typeof keyPackageOf>>

async function found(): Promise<ClientState> {
  const { publicPackage, privatePackage } = await keyPackageOf('member 0')
  return createGroup(new Uint8Array([1]), publicPackage, privatePackage, [], suite)
}

function add({ publicPackage }: KeyPackages): Proposal {
  return { proposalType: 'add', add: { keyPackage: publicPackage } }
}

function remove(leafIndex: number): Proposal {
  return { proposalType: 'remove', remove: { removed: leafIndex } }
}

async function commit(state: ClientState, extraProposals: Proposal[], options: CreateCommitOptions = {}) {
  const made = await createCommit(
    { state, cipherSuite: suite },
    { wireAsPublicMessage: true, ratchetTreeExtension: true, extraProposals, ...options },
  )
  const { publicMessage } = made.commit as Extract<MLSMessage, { wireformat: 'mls_public_message' }>
  const { content } = publicMessage
  if (content.contentType !== 'commit') throw new Error('not a commit')
  return { ...made, publicMessage, path: content.commit.path }
}

type Made = Awaited<ReturnType<typeof commit>>

async function apply(state: ClientState, made: Pick<Made, 'publicMessage'>): Promise<ClientState> {
  return (await processPublicMessage(state, made.publicMessage, emptyPskIndex, suite)).newState
}

function join(made: Made, { publicPackage, privatePackage }: KeyPackages): Promise<ClientState> {
  return joinGroup(made.welcome!, publicPackage, privatePackage, emptyPskIndex, suite)
}

function secretOf({ keySchedule }: ClientState): Promise<Uint8Array> {
  return mlsExporter(keySchedule.exporterSecret, 'test', new Uint8Array(), 32, suite)
}

/** Member 0 adds `count` others in one commit. The states are in the order of the leaves. */
async function groupOf(count: number): Promise<ClientState[]> {
  const packages = await Promise.all(Array.from({ length: count }, (_, i) => keyPackageOf(`member ${i + 1}`)))
  const made = await commit(await found(), packages.map(add))
  return [made.newState, ...(await Promise.all(packages.map((own) => join(made, own))))]
}

async function allApply(states: ClientState[], by: number, made: Made): Promise<ClientState[]> {
  return Promise.all(states.map(async (state, i) => (i === by ? made.newState : apply(state, made))))
}

describe('defect 1: unmerged leaves (RFC 9420, sections 7.9 and 12.4.3.1)', () => {
  it('lets the ninth join after the eighth was added unmerged and member 0 updated', async () => {
    let states = await groupOf(6)
    states = await allApply(states, 4, await commit(states[4]!, []))
    const eighth = await commit(states[0]!, [add(await keyPackageOf('member 7'))])
    states = await allApply(states, 0, eighth)
    states = await allApply(states, 0, await commit(states[0]!, []))
    const own = await keyPackageOf('member 8')
    const ninth = await commit(states[0]!, [add(own)])
    expect(await secretOf(await join(ninth, own))).toEqual(await secretOf(ninth.newState))
  })
})

describe('defect 2: external_pub (RFC 9420, section 12.4.3.2)', () => {
  it('encodes struct { HPKEPublicKey external_pub } and reads it back', async () => {
    const state = await found()
    const info = await createGroupInfoWithExternalPub(state, [], suite)
    const { extensionData } = info.extensions.find(({ extensionType }) => extensionType === 'external_pub')!
    const { publicKey } = await suite.hpke.deriveKeyPair(state.keySchedule.externalSecret)
    expect(extensionData).toEqual(Uint8Array.of(32, ...(await suite.hpke.exportPublicKey(publicKey))))

    const { publicPackage, privatePackage } = await keyPackageOf('joiner')
    const joined = await joinGroupExternal(
      info,
      publicPackage,
      privatePackage,
      false,
      suite,
      state.ratchetTree,
    )
    expect(await secretOf(await apply(state, joined))).toEqual(await secretOf(joined.newState))
  })
})

describe('defect 4: commits with GroupContextExtensions (RFC 9420, section 12.4)', () => {
  it('have a path, encrypted under the new extensions', async () => {
    const [one, other] = (await groupOf(1)) as [ClientState, ClientState]
    const extensions = [{ extensionType: CUSTOM_EXTENSION, extensionData: new Uint8Array([7]) }]
    const made = await commit(one, [
      { proposalType: 'group_context_extensions', groupContextExtensions: { extensions } },
    ])
    expect(made.path).toBeDefined()
    expect(await secretOf(await apply(other, made))).toEqual(await secretOf(made.newState))
  })
})

describe('defect 5: Remove and Add in one commit (RFC 9420, sections 12.1.2 and 12.4.2)', () => {
  it('tells the removed member, whose place the added one has, that it is out', async () => {
    const [one, other] = (await groupOf(1)) as [ClientState, ClientState]
    const own = await keyPackageOf('member 2')
    const made = await commit(one, [remove(1), add(own)])
    expect((await join(made, own)).privatePath.leafIndex).toBe(1)
    expect((await apply(other, made)).groupActiveState.kind).toBe('removedFromGroup')
  })
})

describe('the commit secret (RFC 9420, sections 7.4 and 12.4.2)', () => {
  it('comes from the last node of the path, where the left half of the tree is blank', async () => {
    const states = await groupOf(5)
    const [four, five] = states.slice(4) as [ClientState, ClientState]
    const made = await commit(four, [0, 1, 2, 3].map(remove))
    const { groupContext, ratchetTree } = made.newState
    const path = made.path!
    expect([path.nodes.length, ratchetTree.length, ratchetTree[7]]).toEqual([1, 15, undefined])

    const key = await suite.hpke.importPrivateKey(five.privatePath.privateKeys[10]!)
    const { kemOutput, ciphertext } = path.nodes[0]!.encryptedPathSecret[0]!
    const provisional = encodeGroupContext({
      ...groupContext,
      confirmedTranscriptHash: five.groupContext.confirmedTranscriptHash,
    })
    const label = 'UpdatePathNode'
    const pathSecret = await decryptWithLabel(key, label, provisional, kemOutput, ciphertext, suite.hpke)
    const commitSecret = await deriveSecret(pathSecret, 'path', suite.kdf)
    const noPsk = new Uint8Array(suite.kdf.size)
    const initSecret = five.keySchedule.initSecret
    const { keySchedule } = await initializeEpoch(initSecret, commitSecret, groupContext, noPsk, suite.kdf)
    expect(keySchedule.exporterSecret).toEqual(made.newState.keySchedule.exporterSecret)
    expect((await apply(five, made)).keySchedule.exporterSecret).toEqual(keySchedule.exporterSecret)
  })
})

describe('the last device of a group', () => {
  it('comes back by an external commit that removes its older leaf', async () => {
    const { publicPackage, privatePackage } = await keyPackageOf('member 0')
    const state = await createGroup(new Uint8Array([1]), publicPackage, privatePackage, [], suite)
    const info = await createGroupInfoWithExternalPub(state, [], suite)
    const back = await joinGroupExternal(info, publicPackage, privatePackage, true, suite, state.ratchetTree)
    expect(back.newState.ratchetTree).toHaveLength(1)
  })
})

/** 1.6.2 sends no path. 1.6.4 does, but takes zeros for the commit secret of whoever is then alone in the group. */
describe('a commit with one Remove', () => {
  /** What somebody with the old state computes from a commit that brings no fresh secret. */
  async function withoutPath(old: ClientState, made: Made) {
    const { groupContext, confirmationTag } = made.newState
    const zeros = () => new Uint8Array(suite.kdf.size)
    const initSecret = old.keySchedule.initSecret.slice()
    const guessed = await initializeEpoch(initSecret, zeros(), groupContext, zeros(), suite.kdf)
    const { confirmationKey, exporterSecret } = guessed.keySchedule
    const tag = await createConfirmationTag(confirmationKey, groupContext.confirmedTranscriptHash, suite.hash)
    const exported = await mlsExporter(exporterSecret, 'test', new Uint8Array(), 32, suite)
    return { tag, exported, confirmationTag }
  }

  it.each([2, 4])('has a path, so that the one removed of %i cannot compute the next epoch', async (size) => {
    const states = await groupOf(size - 1)
    const made = await commit(states[0]!, [remove(1)])
    expect(made.path).toBeDefined()
    const { tag, exported, confirmationTag } = await withoutPath(states[1]!, made)
    expect(exported).not.toEqual(await secretOf(made.newState))
    expect(tag).not.toEqual(confirmationTag)
  })

  it('is told by a computation that does succeed on a commit without a path', async () => {
    const [one, other] = (await groupOf(1)) as [ClientState, ClientState]
    const made = await commit(one, [add(await keyPackageOf('member 2'))])
    expect(made.path).toBeUndefined()
    const { tag, exported, confirmationTag } = await withoutPath(other, made)
    expect(exported).toEqual(await secretOf(made.newState))
    expect(tag).toEqual(confirmationTag)
  })
})
