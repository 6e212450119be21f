/**
 * Commits as a hostile member makes them: changed after the library made them, and signed again. For tests only; those of other
 * packages reach it as `@reforms/crypto/testing`.
 */
import type { Milliseconds } from '@reforms/protocol'
import {
  createCommit,
  joinGroupExternal,
  type ClientState,
  type CreateCommitOptions,
  type MLSMessage,
  type Proposal,
  type PublicMessage,
} from 'ts-mls'
import type { Commit } from 'ts-mls/commit.js'
import { createContentCommitSignature } from 'ts-mls/framedContent.js'
import { signLeafNodeCommit } from 'ts-mls/leafNode.js'
import { protectPublicMessage } from 'ts-mls/messageProtectionPublic.js'
import type { UpdatePath } from 'ts-mls/updatePath.js'
import { effectOfCommit } from './commit-effect.ts'
import type { DeviceIdentity } from './credential.ts'
import { encodeCommitEvidence } from './evidence.ts'
import { groupInfoOf } from './founding.ts'
import { publicStateOf, type MlsGroup } from './group.ts'
import { generateFor } from './key-package-creation.ts'
import { CLIENT_CONFIG, loadSuite, type Suite } from './suite.ts'
import { decodeMessage, decodeTree, encodeMessage } from './wire.ts'

async function bare(state: ClientState, options: CreateCommitOptions, suite?: Suite) {
  const context = { state, cipherSuite: suite ?? (await loadSuite()) }
  const made = await createCommit(context, { wireAsPublicMessage: true, alwaysPath: true, ...options })
  const { publicMessage } = made.commit as Extract<MLSMessage, { wireformat: 'mls_public_message' }>
  return { publicMessage, after: made.newState, welcome: made.welcome }
}

/** A commit of this member by the bare library. */
export async function bareCommit(
  state: ClientState,
  extraProposals: Proposal[] = [],
): Promise<PublicMessage> {
  return (await bare(state, { extraProposals })).publicMessage
}

export function commitOf({ content }: PublicMessage): Commit & { readonly path: UpdatePath } {
  if (content.contentType !== 'commit' || !content.commit.path) throw new Error('not a commit with a path')
  return { ...content.commit, path: content.commit.path }
}

/** The message with another commit in it, signed by this member as if it had made it so. */
export async function signedAgain(
  state: ClientState,
  message: PublicMessage,
  commit: Commit,
): Promise<PublicMessage> {
  const suite = await loadSuite()
  const { content, auth } = message
  if (auth.contentType !== 'commit') throw new Error('not a commit')
  const signed = await createContentCommitSignature(
    state.groupContext,
    'mls_public_message',
    commit,
    content.sender,
    content.authenticatedData,
    state.signaturePrivateKey,
    suite.signature,
  )
  const framed = {
    wireformat: 'mls_public_message' as const,
    content: signed.framedContent,
    auth: { ...auth, signature: signed.signature },
  }
  return protectPublicMessage(state.keySchedule.membershipKey, state.groupContext, framed, suite)
}

/** With a confirmation tag that is right for nobody, told as only a member can tell it. */
export async function withRubbishTag(state: ClientState, message: PublicMessage): Promise<PublicMessage> {
  const { content, auth } = message
  if (auth.contentType !== 'commit') throw new Error('not a commit')
  const confirmationTag = auth.confirmationTag.with(0, (auth.confirmationTag[0] ?? 0) ^ 1)
  const framed = { wireformat: 'mls_public_message' as const, content, auth: { ...auth, confirmationTag } }
  const suite = await loadSuite()
  return protectPublicMessage(state.keySchedule.membershipKey, state.groupContext, framed, suite)
}

/** What everybody sees of it is in order, the server included. */
interface HostileCommit {
  readonly commit: Uint8Array
  readonly groupInfo: Uint8Array
}

type Spoil = (state: ClientState, message: PublicMessage) => Promise<PublicMessage>

const unspoilt: Spoil = async (_, message) => message

interface FalseSuites {
  readonly commit?: Suite
  readonly groupInfo?: Suite
}

async function spoilt(group: MlsGroup, spoil: Spoil, by: FalseSuites = {}): Promise<HostileCommit> {
  const { state } = group
  const authenticatedData = encodeCommitEvidence({ admissions: [], proofs: [] })
  const { publicMessage: honest, after } = await bare(state, { authenticatedData }, by.commit)
  const publicMessage = await spoil(state, honest)
  const suite = await loadSuite()
  const { next } = await effectOfCommit(publicStateOf(group), publicMessage, { suite })
  const { context: groupContext, confirmationTag } = next
  return {
    commit: encodeMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage }),
    groupInfo: await groupInfoOf({ ...after, groupContext, confirmationTag }, by.groupInfo ?? suite),
  }
}

/** A renewal whose confirmation tag is rubbish. */
export const commitLeadingNowhere = (group: MlsGroup) => spoilt(group, withRubbishTag)

/** A renewal of which nobody can open a path secret. */
export const commitNobodyOpens = (group: MlsGroup) =>
  spoilt(group, (state, message) => {
    const { path, ...rest } = commitOf(message)
    const nodes = path.nodes.map((node) => ({
      ...node,
      encryptedPathSecret: node.encryptedPathSecret.map(({ kemOutput, ciphertext }) => ({
        kemOutput,
        ciphertext: ciphertext.with(0, (ciphertext[0] ?? 0) ^ 1),
      })),
    }))
    return signedAgain(state, message, { ...rest, path: { ...path, nodes } })
  })

/** The second pair that is made for a path is that of its lowest node above the committer's leaf; the first is the leaf's. */
const LOWEST_NODE = 2
/** A GroupInfo needs one only. */
const ENTRANCE = 1

/** By it the pair that is made so manieth is one that nobody else has, and all else fits, tags and secrets too. */
async function suiteWithFalsePair(which: number): Promise<Suite> {
  const suite = await loadSuite()
  let made = 0
  const deriveKeyPair: Suite['hpke']['deriveKeyPair'] = (secret) => {
    made += 1
    return suite.hpke.deriveKeyPair(made === which ? suite.rng.randomBytes(secret.length) : secret)
  }
  return { ...suite, hpke: { ...suite.hpke, deriveKeyPair } }
}

/** A renewal of which the path secrets are right, and a public key is not the one that they give. */
export const commitWithFalseKeys = async (group: MlsGroup) =>
  spoilt(group, unspoilt, { commit: await suiteWithFalsePair(LOWEST_NODE) })

/** A renewal with a GroupInfo whose external_pub is none of the epoch: whoever comes in by it is followed by nobody. */
export const commitWithFalseEntrance = async (group: MlsGroup) =>
  spoilt(group, unspoilt, { groupInfo: await suiteWithFalsePair(ENTRANCE) })

/** A renewal whose leaf and lowest node are changed, and all signed again. Refused before anybody looks at its tags. */
async function withSpoiltPath(
  { state }: MlsGroup,
  spoil: (path: UpdatePath) => UpdatePath,
): Promise<HostileCommit> {
  const suite = await loadSuite()
  const authenticatedData = encodeCommitEvidence({ admissions: [], proofs: [] })
  const { publicMessage: honest, after } = await bare(state, { authenticatedData })
  const { path, ...rest } = commitOf(honest)
  const place = { groupId: state.groupContext.groupId, leafIndex: state.privatePath.leafIndex }
  const spoilt = spoil(path)
  const tbs = { ...spoilt.leafNode, ...place }
  const leafNode = await signLeafNodeCommit(tbs, state.signaturePrivateKey, suite.signature)
  const publicMessage = await signedAgain(state, honest, { ...rest, path: { ...spoilt, leafNode } })
  return {
    commit: encodeMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage }),
    groupInfo: await groupInfoOf(after, suite),
  }
}

/** Of each kind 64 may be named (LIM-6). */
const CAPABILITIES = 60_000

/** Its leaf names so much that a few such leaves would fill the tree. */
export const commitWithLongLeaf = (group: MlsGroup) =>
  withSpoiltPath(group, (path) => {
    const { capabilities } = path.leafNode
    const extensions = [...capabilities.extensions, ...Array.from({ length: CAPABILITIES }, () => 0xf0f0)]
    return { ...path, leafNode: { ...path.leafNode, capabilities: { ...capabilities, extensions } } }
  })

/** Keys have 32 bytes. */
const LONG_KEY_BYTES = 500_000

/** Its leaf's key fills the tree, and is one to which nobody can encrypt, so that nobody could commit any more. */
export const commitWithLongKey = (group: MlsGroup) =>
  withSpoiltPath(group, (path) => {
    const hpkePublicKey = new Uint8Array(LONG_KEY_BYTES)
    return { ...path, leafNode: { ...path.leafNode, hpkePublicKey } }
  })

/** The Welcome of an addition whose path has such a key. */
export async function welcomeWithFalseKeys(group: MlsGroup, proposal: Proposal): Promise<Uint8Array> {
  const options = { extraProposals: [proposal], ratchetTreeExtension: true }
  const { welcome } = await bare(group.state, options, await suiteWithFalsePair(LOWEST_NODE))
  if (!welcome) throw new Error('nobody was added')
  return encodeMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome })
}

/** The external commit of somebody with a group's public side, whatever the policy says; `evicting` takes the first leaf out. */
export async function hostileEntrance(input: {
  readonly groupInfo: Uint8Array
  readonly tree: Uint8Array
  readonly device: DeviceIdentity
  readonly authenticatedData: Uint8Array
  readonly now: Milliseconds
  readonly evicting: boolean
}): Promise<Uint8Array> {
  const { device, now, evicting } = input
  const suite = await loadSuite()
  const own = await generateFor(device, { now, lastResort: false, suite })
  const compareKeyPackageToLeafNode = () => true
  const keyPackageEqualityConfig = { ...CLIENT_CONFIG.keyPackageEqualityConfig, compareKeyPackageToLeafNode }
  const { publicMessage } = await joinGroupExternal(
    decodeMessage(input.groupInfo, 'mls_group_info').groupInfo,
    own.publicPackage,
    own.privatePackage,
    evicting,
    suite,
    decodeTree(input.tree),
    evicting ? { ...CLIENT_CONFIG, keyPackageEqualityConfig } : CLIENT_CONFIG,
    input.authenticatedData,
  )
  return encodeMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage })
}
