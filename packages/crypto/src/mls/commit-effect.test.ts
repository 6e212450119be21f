/** Commits that the library would make or take, and that we refuse: both members and the server. */
import {
  createCommit,
  createGroupInfoWithExternalPub,
  joinGroupExternal,
  type ClientState,
  type CreateCommitOptions,
  type MLSMessage,
  type Proposal,
  type PublicMessage,
} from 'ts-mls'
import { createContentCommitSignature } from 'ts-mls/framedContent.js'
import { protectPublicMessage } from 'ts-mls/messageProtectionPublic.js'
import { beforeEach, describe, expect, it } from 'vitest'
import { applyCommit } from './applying.ts'
import { credentialOf, leafAt } from './credential.ts'
import { groupInfoOf } from './founding.ts'
import { joinExternally } from './joining.ts'
import { generateFor } from './key-package-creation.ts'
import { policyExtensions } from './policy-extension.ts'
import { followCommit, publicTree } from './public-group.ts'
import { CLIENT_CONFIG, loadSuite } from './suite.ts'
import { commitIn, foundChannel, groupOf, type TestChannel } from './testing-channel.ts'
import { withRubbishTag } from './testing-commit.ts'
import { NOW, admit, evidenceFor, person, policyWith, refusal, type Person } from './testing.ts'
import { decodeMessage, decodeTree, encodeMessage } from './wire.ts'

let anna: Person, ben: Person, cleo: Person
let channel: TestChannel

beforeEach(async () => {
  ;[anna, ben, cleo] = await Promise.all([person(1), person(2), person(3)])
  channel = await foundChannel(anna.devices[0]!, policyWith({ moderators: [anna.identity.publicKey] }))
  await commitIn(channel, anna.devices[0]!, { adds: [{ person: ben, device: ben.devices[0]! }] })
})

const encode = (publicMessage: PublicMessage) =>
  encodeMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage })

/** What Anna says of a commit, and what the server says of it with its GroupInfo. */
async function judged(publicMessage: PublicMessage, after: ClientState): Promise<string[]> {
  const commit = encode(publicMessage)
  const groupInfo = await groupInfoOf(after, await loadSuite())
  return [
    await refusal(applyCommit({ group: groupOf(channel, anna.devices[0]!), commit })),
    await refusal(followCommit(channel.server, { commit, groupInfo }, NOW)),
  ]
}

/** Ben's device commits by the bare library. */
async function bare(
  extraProposals: Proposal[],
  options: CreateCommitOptions = {},
  state: ClientState = groupOf(channel, ben.devices[0]!).state,
) {
  const made = await createCommit(
    { state, cipherSuite: await loadSuite() },
    { wireAsPublicMessage: true, alwaysPath: true, extraProposals, ...options },
  )
  const { publicMessage } = made.commit as Extract<MLSMessage, { wireformat: 'mls_public_message' }>
  return { publicMessage, newState: made.newState }
}

async function addOfCleo(): Promise<Proposal> {
  const options = { now: NOW, lastResort: false, suite: await loadSuite() }
  const { publicPackage } = await generateFor(cleo.devices[0]!, options)
  return { proposalType: 'add', add: { keyPackage: publicPackage } }
}

describe('commits of members', () => {
  it('takes the control: an addition with path and evidence', async () => {
    const { publicMessage, newState } = await bare([await addOfCleo()], {
      authenticatedData: evidenceFor([cleo]),
    })
    expect(await judged(publicMessage, newState)).toEqual(['accepted', 'accepted'])
  })

  it('refuses one without a path', async () => {
    const options = { alwaysPath: false, authenticatedData: evidenceFor([cleo]) }
    const { publicMessage, newState } = await bare([await addOfCleo()], options)
    expect(await judged(publicMessage, newState)).toEqual(['unsupported-commit', 'unsupported-commit'])
  })

  it('POL-4, ENG-6: refuses one that adds a device without evidence', async () => {
    const { publicMessage, newState } = await bare([await addOfCleo()])
    expect(await judged(publicMessage, newState)).toEqual(['unproven-device', 'unproven-device'])
  })

  it('POL-3, ENG-6: refuses one that adds somebody whom nobody let into a private channel', async () => {
    channel = await foundChannel(anna.devices[0]!, policyWith({ kind: 'private' }))
    const admissions = [await admit(anna.devices[0]!, ben)]
    await commitIn(channel, anna.devices[0]!, {
      adds: [{ person: ben, device: ben.devices[0]! }],
      admissions,
    })
    const add = async (authenticatedData: Uint8Array) => {
      const { publicMessage, newState } = await bare([await addOfCleo()], { authenticatedData })
      return judged(publicMessage, newState)
    }
    expect(await add(evidenceFor([cleo]))).toEqual(['not-admitted', 'not-admitted'])
    const admitted = evidenceFor([cleo], [await admit(ben.devices[0]!, cleo)])
    expect(await add(admitted)).toEqual(['accepted', 'accepted'])
  })

  it('POL-2, ENG-6: refuses a policy change by an ordinary member, and other extensions', async () => {
    const change = (extensions: ReturnType<typeof policyExtensions>) =>
      bare([{ proposalType: 'group_context_extensions', groupContextExtensions: { extensions } }])
    const policy = await change(policyExtensions(policyWith({ moderators: [ben.identity.publicKey] })))
    expect(await judged(policy.publicMessage, policy.newState)).toEqual([
      'policy-not-allowed',
      'policy-not-allowed',
    ])
    const twice = await change([...policyExtensions(policyWith()), ...policyExtensions(policyWith())])
    expect(await judged(twice.publicMessage, twice.newState)).toContain('policy-not-allowed')
  })

  it('refuses proposals that we do not use', async () => {
    const { groupContext } = groupOf(channel, ben.devices[0]!).state
    const { version, cipherSuite, groupId, extensions } = groupContext
    const reinit = { version, cipherSuite, groupId, extensions }
    const { publicMessage, newState } = await bare([{ proposalType: 'reinit', reinit }])
    expect(await judged(publicMessage, newState)).toEqual(['unsupported-commit', 'unsupported-commit'])
  })

  it('refuses a committer that takes another identity', async () => {
    const { state } = groupOf(channel, ben.devices[0]!)
    const index = 2 * state.privatePath.leafIndex
    const node = state.ratchetTree[index]
    if (node?.nodeType !== 'leaf') throw new Error('no leaf')
    const leaf = { ...node.leaf, credential: credentialOf(cleo.devices[0]!) }
    const ratchetTree = state.ratchetTree.with(index, { nodeType: 'leaf', leaf })
    const { publicMessage, newState } = await bare([], {}, { ...state, ratchetTree })
    expect(await judged(publicMessage, newState)).toEqual(['identity-changed', 'identity-changed'])
  })

  it('tells a broken path secret, which only its recipient sees, from what everybody sees', async () => {
    const suite = await loadSuite()
    const { state } = groupOf(channel, ben.devices[0]!)
    const { publicMessage } = await bare([])
    const { content, auth } = publicMessage
    if (content.contentType !== 'commit' || auth.contentType !== 'commit') throw new Error('not a commit')
    content.commit.path!.nodes[0]!.encryptedPathSecret[0]!.ciphertext[0]! ^= 1
    const signed = await createContentCommitSignature(
      state.groupContext,
      'mls_public_message',
      content.commit,
      content.sender,
      content.authenticatedData,
      state.signaturePrivateKey,
      suite.signature,
    )
    const broken = await protectPublicMessage(
      state.keySchedule.membershipKey,
      state.groupContext,
      {
        wireformat: 'mls_public_message',
        content: signed.framedContent,
        auth: { ...auth, signature: signed.signature },
      },
      suite,
    )
    const applying = applyCommit({ group: groupOf(channel, anna.devices[0]!), commit: encode(broken) })
    expect(await refusal(applying)).toBe('cannot-process')
  })

  it('GEN-2: names the maker of one that leads nowhere, but not for what a server can alter', async () => {
    const { state } = groupOf(channel, ben.devices[0]!)
    const { publicMessage } = await bare([])
    const applied = (message: PublicMessage) =>
      applyCommit({ group: groupOf(channel, anna.devices[0]!), commit: encode(message) })
    const rubbish = await withRubbishTag(state, publicMessage)
    await expect(applied(rubbish)).rejects.toMatchObject({
      code: 'leads-nowhere',
      deviceId: ben.devices[0]!.deviceId,
    })
    const altered = { ...publicMessage, auth: rubbish.auth } as PublicMessage
    expect(await refusal(applied(altered))).toBe('cannot-process')
  })
})

describe('external commits', () => {
  it("POL-7, ENG-6: refuses one that evicts somebody else's leaf", async () => {
    const suite = await loadSuite()
    const { state } = groupOf(channel, ben.devices[0]!)
    const info = await createGroupInfoWithExternalPub(state, [], suite)
    const own = await generateFor(cleo.devices[0]!, { now: NOW, lastResort: false, suite })
    const keyPackageEqualityConfig = {
      ...CLIENT_CONFIG.keyPackageEqualityConfig,
      compareKeyPackageToLeafNode: () => true,
    }
    const { publicMessage, newState } = await joinGroupExternal(
      info,
      own.publicPackage,
      own.privatePackage,
      true,
      suite,
      state.ratchetTree,
      { ...CLIENT_CONFIG, keyPackageEqualityConfig },
      evidenceFor([cleo]),
    )
    expect(leafAt(newState.ratchetTree, 0)?.userId).toBe(cleo.userId)
    expect(await judged(publicMessage, newState)).toEqual(['foreign-removal', 'foreign-removal'])
  })

  it('POL-8, ENG-6: refuses a second leaf of the same device', async () => {
    const suite = await loadSuite()
    const { groupInfo } = decodeMessage(channel.groupInfo, 'mls_group_info')
    const own = await generateFor(ben.devices[0]!, { now: NOW, lastResort: false, suite })
    const { publicMessage, newState } = await joinGroupExternal(
      groupInfo,
      own.publicPackage,
      own.privatePackage,
      false,
      suite,
      decodeTree(publicTree(channel.server)),
      CLIENT_CONFIG,
      evidenceFor([ben]),
    )
    expect(await judged(publicMessage, newState)).toEqual(['duplicate-device', 'duplicate-device'])
  })

  it('GEN-2: blames nobody for one that does not fit: its maker may have been given a false GroupInfo', async () => {
    const made = await joinExternally({
      groupInfo: channel.groupInfo,
      tree: publicTree(channel.server),
      device: cleo.devices[0]!,
      authenticatedData: evidenceFor([cleo]),
      now: NOW,
    })
    const { publicMessage } = decodeMessage(made.commit, 'mls_public_message')
    const { auth } = publicMessage
    if (auth.contentType !== 'commit') throw new Error('not a commit')
    const confirmationTag = auth.confirmationTag.with(0, auth.confirmationTag[0]! ^ 1)
    const commit = encode({ ...publicMessage, auth: { ...auth, confirmationTag } })
    const applying = applyCommit({ group: groupOf(channel, anna.devices[0]!), commit })
    expect(await refusal(applying)).toBe('cannot-process')
  })
})
