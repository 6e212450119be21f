/**
 * The MLS working group's test vectors (testing-vectors.ts) for the parts that the rest is made of: labelled primitives,
 * encodings, tree arithmetic, the key schedule, transcripts, the protection of messages, Welcomes.
 */
import { decodeMlsMessage, defaultKeyRetentionConfig, encodeMlsMessage, mlsExporter } from 'ts-mls'
import type { CiphersuiteImpl, Decoder, Encoder, GroupContext, RatchetTree } from 'ts-mls'
import { decodeAuthenticatedContent } from 'ts-mls/authenticatedContent.js'
import { determineLength } from 'ts-mls/codec/variableLength.js'
import { decodeCommit, encodeCommit } from 'ts-mls/commit.js'
import { refhash } from 'ts-mls/crypto/hash.js'
import { decryptWithLabel, encryptWithLabel } from 'ts-mls/crypto/hpke.js'
import { deriveSecret, deriveTreeSecret, expandWithLabel } from 'ts-mls/crypto/kdf.js'
import { signWithLabel, verifyWithLabel } from 'ts-mls/crypto/signature.js'
import { verifyConfirmationTag } from 'ts-mls/framedContent.js'
import { encodeGroupContext } from 'ts-mls/groupContext.js'
import { verifyGroupInfoConfirmationTag, verifyGroupInfoSignature } from 'ts-mls/groupInfo.js'
import { decodeGroupSecrets, encodeGroupSecrets } from 'ts-mls/groupSecrets.js'
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js'
import { initializeEpoch } from 'ts-mls/keySchedule.js'
import { unprotectPrivateMessage } from 'ts-mls/messageProtection.js'
import { unprotectPublicMessage } from 'ts-mls/messageProtectionPublic.js'
import { computePskSecret } from 'ts-mls/presharedkey.js'
import * as proposals from 'ts-mls/proposal.js'
import { decodeRatchetTree, encodeRatchetTree } from 'ts-mls/ratchetTree.js'
import { createSecretTree, deriveKey, deriveNonce, ratchetUntil } from 'ts-mls/secretTree.js'
import { expandSenderDataKey, expandSenderDataNonce } from 'ts-mls/sender.js'
import { createConfirmedHash, createInterimHash } from 'ts-mls/transcriptHash.js'
import { left, nodeWidth, parent, right, root, sibling, toNodeIndex } from 'ts-mls/treemath.js'
import { decryptGroupInfo, decryptGroupSecrets } from 'ts-mls/welcome.js'
import { expect, it } from 'vitest'
import { bytes, checkAll, describeVectors, hex, messageOf, suiteOf, VECTORS_MS } from './testing-vectors.ts'

/** All fields of these vectors are hexadecimal, numbers, labels or records of them. */
type Fields<K extends string> = Record<K, string>

interface CryptoBasics {
  cipher_suite: number
  ref_hash: Fields<'label' | 'value' | 'out'>
  expand_with_label: Fields<'secret' | 'label' | 'context' | 'out'> & { length: number }
  derive_secret: Fields<'secret' | 'label' | 'out'>
  derive_tree_secret: Fields<'secret' | 'label' | 'out'> & { length: number; generation: number }
  sign_with_label: Fields<'priv' | 'pub' | 'content' | 'label' | 'signature'>
  encrypt_with_label: Fields<'priv' | 'pub' | 'label' | 'context' | 'plaintext' | 'kem_output' | 'ciphertext'>
}

async function checkDerivations(vector: CryptoBasics, { hash, kdf }: CiphersuiteImpl): Promise<void> {
  const { ref_hash, expand_with_label: expand, derive_secret, derive_tree_secret: tree } = vector
  expect(hex(await refhash(ref_hash.label, bytes(ref_hash.value), hash))).toBe(ref_hash.out)
  const expanded = expandWithLabel(
    bytes(expand.secret),
    expand.label,
    bytes(expand.context),
    expand.length,
    kdf,
  )
  expect(hex(await expanded)).toBe(expand.out)
  const derived = deriveSecret(bytes(derive_secret.secret), derive_secret.label, kdf)
  expect(hex(await derived)).toBe(derive_secret.out)
  const ofTree = deriveTreeSecret(bytes(tree.secret), tree.label, tree.generation, tree.length, kdf)
  expect(hex(await ofTree)).toBe(tree.out)
}

async function checkCryptoBasics(vector: CryptoBasics): Promise<void> {
  const suite = await suiteOf(vector.cipher_suite)
  await checkDerivations(vector, suite)
  const { sign_with_label: signing, encrypt_with_label: sealing } = vector
  const [key, content] = [bytes(signing.pub), bytes(signing.content)]
  const own = await signWithLabel(bytes(signing.priv), signing.label, content, suite.signature)
  for (const signature of [bytes(signing.signature), own])
    expect(await verifyWithLabel(key, signing.label, content, signature, suite.signature)).toBe(true)

  const { label } = sealing
  const [context, plaintext] = [bytes(sealing.context), bytes(sealing.plaintext)]
  const privateKey = await suite.hpke.importPrivateKey(bytes(sealing.priv))
  const publicKey = await suite.hpke.importPublicKey(bytes(sealing.pub))
  const { enc, ct } = await encryptWithLabel(publicKey, label, context, plaintext, suite.hpke)
  for (const [kem, sealed] of [
    [bytes(sealing.kem_output), bytes(sealing.ciphertext)],
    [enc, ct],
  ] as const) {
    const opened = await decryptWithLabel(privateKey, label, context, kem, sealed, suite.hpke)
    expect(hex(opened)).toBe(sealing.plaintext)
  }
}

/** Each field of messages.json, and how what it holds is read and written. */
function codec<T>(decode: Decoder<T>, encode: Encoder<T>): (data: Uint8Array) => Uint8Array {
  return (data) => {
    const decoded = decode(data, 0)
    if (!decoded || decoded[1] !== data.length) throw new Error('not read to the end')
    return encode(decoded[0])
  }
}
const message = codec(decodeMlsMessage, encodeMlsMessage)
const CODECS: Record<string, (data: Uint8Array) => Uint8Array> = {
  mls_welcome: message,
  mls_group_info: message,
  mls_key_package: message,
  ratchet_tree: codec(decodeRatchetTree, encodeRatchetTree),
  group_secrets: codec(decodeGroupSecrets, encodeGroupSecrets),
  add_proposal: codec(proposals.decodeAdd, proposals.encodeAdd),
  update_proposal: codec(proposals.decodeUpdate, proposals.encodeUpdate),
  remove_proposal: codec(proposals.decodeRemove, proposals.encodeRemove),
  pre_shared_key_proposal: codec(proposals.decodePSK, proposals.encodePSK),
  re_init_proposal: codec(proposals.decodeReinit, proposals.encodeReinit),
  external_init_proposal: codec(proposals.decodeExternalInit, proposals.encodeExternalInit),
  group_context_extensions_proposal: codec(
    proposals.decodeGroupContextExtensions,
    proposals.encodeGroupContextExtensions,
  ),
  commit: codec(decodeCommit, encodeCommit),
  public_message_application: message,
  public_message_proposal: message,
  public_message_commit: message,
  private_message: message,
}

function checkMessages(vector: Record<string, string>): void {
  for (const [field, text] of Object.entries(vector)) expect(hex(CODECS[field]!(bytes(text)))).toBe(text)
}

interface TreeMath {
  n_leaves: number
  n_nodes: number
  root: number
  left: (number | null)[]
  right: (number | null)[]
  parent: (number | null)[]
  sibling: (number | null)[]
}

function checkTreeMath(vector: TreeMath): void {
  const width = vector.n_leaves
  expect(nodeWidth(width)).toBe(vector.n_nodes)
  expect(root(width)).toBe(vector.root)
  for (let index = 0; index < vector.n_nodes; index += 1) {
    const node = toNodeIndex(index)
    for (const [expected, of] of [
      [vector.left[index], () => left(node)],
      [vector.right[index], () => right(node)],
      [vector.parent[index], () => parent(node, width)],
      [vector.sibling[index], () => sibling(node, width)],
    ] as const) {
      if (expected === null) expect(of).toThrow()
      else expect(of()).toBe(expected)
    }
  }
}

interface PskSecret {
  cipher_suite: number
  psks: Fields<'psk_id' | 'psk' | 'psk_nonce'>[]
  psk_secret: string
}

async function checkPskSecret(vector: PskSecret): Promise<void> {
  const psks = vector.psks.map(
    ({ psk_id, psk, psk_nonce }): Parameters<typeof computePskSecret>[0][number] => [
      { psktype: 'external', pskId: bytes(psk_id), pskNonce: bytes(psk_nonce) },
      bytes(psk),
    ],
  )
  expect(hex(await computePskSecret(psks, await suiteOf(vector.cipher_suite)))).toBe(vector.psk_secret)
}

interface SecretTree {
  cipher_suite: number
  encryption_secret: string
  sender_data: Fields<'sender_data_secret' | 'ciphertext' | 'key' | 'nonce'>
  leaves: (Fields<'application_key' | 'application_nonce' | 'handshake_key' | 'handshake_nonce'> & {
    generation: number
  })[][]
}

async function checkSecretTree(vector: SecretTree): Promise<void> {
  const suite = await suiteOf(vector.cipher_suite)
  const { sender_data_secret, ciphertext, key, nonce } = vector.sender_data
  const [secret, sample] = [bytes(sender_data_secret), bytes(ciphertext)]
  expect(hex(await expandSenderDataKey(suite, secret, sample))).toBe(key)
  expect(hex(await expandSenderDataNonce(suite, secret, sample))).toBe(nonce)
  const tree = await createSecretTree(vector.leaves.length, bytes(vector.encryption_secret), suite.kdf)
  const config = { ...defaultKeyRetentionConfig, maximumForwardRatchetSteps: 1000 }
  for (const [index, generations] of vector.leaves.entries()) {
    for (const expected of generations) {
      for (const kind of ['handshake', 'application'] as const) {
        const { generation } = expected
        const [at] = await ratchetUntil(tree[2 * index]![kind], generation, config, suite.kdf)
        expect(hex(await deriveKey(at.secret, generation, suite))).toBe(expected[`${kind}_key`])
        expect(hex(await deriveNonce(at.secret, generation, suite))).toBe(expected[`${kind}_nonce`])
      }
    }
  }
}

interface Transcript extends Fields<
  | 'confirmation_key'
  | 'authenticated_content'
  | 'interim_transcript_hash_before'
  | 'confirmed_transcript_hash_after'
  | 'interim_transcript_hash_after'
> {
  cipher_suite: number
}

async function checkTranscript(vector: Transcript): Promise<void> {
  const { hash } = await suiteOf(vector.cipher_suite)
  const { wireformat, content, auth } = decodeAuthenticatedContent(bytes(vector.authenticated_content), 0)![0]
  if (content.contentType !== 'commit' || auth.contentType !== 'commit') throw new Error('not a commit')
  const input = { wireformat, content, signature: auth.signature }
  const confirmed = await createConfirmedHash(bytes(vector.interim_transcript_hash_before), input, hash)
  expect(hex(confirmed)).toBe(vector.confirmed_transcript_hash_after)
  const { confirmationTag } = auth
  expect(hex(await createInterimHash(confirmed, confirmationTag, hash))).toBe(
    vector.interim_transcript_hash_after,
  )
  const key = bytes(vector.confirmation_key)
  expect(await verifyConfirmationTag(key, confirmationTag, confirmed, hash)).toBe(true)
}

/** What the vectors call each secret. */
const SECRETS = {
  confirmationKey: 'confirmation_key',
  epochAuthenticator: 'epoch_authenticator',
  exporterSecret: 'exporter_secret',
  externalSecret: 'external_secret',
  initSecret: 'init_secret',
  membershipKey: 'membership_key',
  resumptionPsk: 'resumption_psk',
  senderDataSecret: 'sender_data_secret',
} as const

interface KeySchedule {
  cipher_suite: number
  group_id: string
  initial_init_secret: string
  epochs: (Fields<(typeof SECRETS)[keyof typeof SECRETS]> & KeyScheduleInputs)[]
}

interface KeyScheduleInputs extends Fields<
  | 'tree_hash'
  | 'confirmed_transcript_hash'
  | 'group_context'
  | 'commit_secret'
  | 'psk_secret'
  | 'joiner_secret'
  | 'welcome_secret'
  | 'encryption_secret'
  | 'external_pub'
> {
  exporter: Fields<'label' | 'context' | 'secret'> & { length: number }
}

async function checkExporter(
  exporterSecret: Uint8Array,
  { label, context, length, secret }: KeyScheduleInputs['exporter'],
  suite: CiphersuiteImpl,
): Promise<void> {
  expect(hex(await mlsExporter(exporterSecret, label, bytes(context), length, suite))).toBe(secret)
}

async function checkKeySchedule(vector: KeySchedule): Promise<void> {
  const suite = await suiteOf(vector.cipher_suite)
  let initSecret = vector.initial_init_secret
  for (const [epoch, expected] of vector.epochs.entries()) {
    const context = contextOf(suite, { ...vector, ...expected, epoch })
    expect(hex(encodeGroupContext(context))).toBe(expected.group_context)
    const [commitSecret, pskSecret] = [bytes(expected.commit_secret), bytes(expected.psk_secret)]
    const made = await initializeEpoch(bytes(initSecret), commitSecret, context, pskSecret, suite.kdf)
    expect(hex(made.joinerSecret)).toBe(expected.joiner_secret)
    expect(hex(made.welcomeSecret)).toBe(expected.welcome_secret)
    expect(hex(made.encryptionSecret)).toBe(expected.encryption_secret)
    for (const [ours, theirs] of Object.entries(SECRETS))
      expect(hex(made.keySchedule[ours as keyof typeof SECRETS])).toBe(expected[theirs])
    const { publicKey } = await suite.hpke.deriveKeyPair(made.keySchedule.externalSecret)
    expect(hex(await suite.hpke.exportPublicKey(publicKey))).toBe(expected.external_pub)
    await checkExporter(made.keySchedule.exporterSecret, expected.exporter, suite)
    initSecret = expected.init_secret
  }
}

function contextOf(
  suite: CiphersuiteImpl,
  given: { group_id: string; epoch: number; tree_hash?: string; confirmed_transcript_hash?: string },
): GroupContext {
  return {
    version: 'mls10',
    cipherSuite: suite.name,
    groupId: bytes(given.group_id),
    epoch: BigInt(given.epoch),
    treeHash: bytes(given.tree_hash ?? ''),
    confirmedTranscriptHash: bytes(given.confirmed_transcript_hash ?? ''),
    extensions: [],
  }
}

interface MessageProtection extends Fields<
  | 'group_id'
  | 'tree_hash'
  | 'confirmed_transcript_hash'
  | 'signature_pub'
  | 'encryption_secret'
  | 'sender_data_secret'
  | 'membership_key'
  | 'proposal'
  | 'proposal_priv'
  | 'proposal_pub'
  | 'commit'
  | 'commit_priv'
  | 'commit_pub'
  | 'application'
  | 'application_priv'
> {
  cipher_suite: number
  epoch: number
}

type Unprotected = Awaited<ReturnType<typeof unprotectPrivateMessage>>['content']['content']

function plainOf(content: Unprotected): string {
  if (content.contentType === 'proposal') return hex(proposals.encodeProposal(content.proposal))
  if (content.contentType === 'commit') return hex(encodeCommit(content.commit))
  return hex(content.applicationData)
}

async function checkMessageProtection(vector: MessageProtection): Promise<void> {
  const suite = await suiteOf(vector.cipher_suite)
  const context = contextOf(suite, vector)
  const key = bytes(vector.signature_pub)
  // The vectors come without a tree: whose key it is, is said beside it.
  const tree: RatchetTree = []
  for (const kind of ['proposal', 'commit'] as const) {
    const { publicMessage } = messageOf(vector[`${kind}_pub`], 'mls_public_message')
    const membershipKey = bytes(vector.membership_key)
    const { content } = await unprotectPublicMessage(membershipKey, context, tree, publicMessage, suite, key)
    expect(plainOf(content)).toBe(vector[kind])
  }
  for (const kind of ['proposal', 'commit', 'application'] as const) {
    const { privateMessage } = messageOf(vector[`${kind}_priv`], 'mls_private_message')
    const secretTree = await createSecretTree(2, bytes(vector.encryption_secret), suite.kdf)
    const secret = bytes(vector.sender_data_secret)
    const config = defaultKeyRetentionConfig
    const opened = unprotectPrivateMessage(
      secret,
      privateMessage,
      secretTree,
      tree,
      context,
      config,
      suite,
      key,
    )
    expect(plainOf((await opened).content.content)).toBe(vector[kind])
  }
}

interface WelcomeVector extends Fields<'init_priv' | 'key_package' | 'signer_pub' | 'welcome'> {
  cipher_suite: number
}

async function checkWelcome(vector: WelcomeVector): Promise<void> {
  const suite = await suiteOf(vector.cipher_suite)
  const { keyPackage } = messageOf(vector.key_package, 'mls_key_package')
  const { welcome } = messageOf(vector.welcome, 'mls_welcome')
  const privateKey = await suite.hpke.importPrivateKey(bytes(vector.init_priv))
  const ref = await makeKeyPackageRef(keyPackage, suite.hash)
  const secrets = await decryptGroupSecrets(privateKey, ref, welcome, suite.hpke)
  const noPsk = new Uint8Array(suite.kdf.size)
  const info = await decryptGroupInfo(welcome, secrets!.joinerSecret, noPsk, suite)
  expect(await verifyGroupInfoSignature(info!, bytes(vector.signer_pub), suite.signature)).toBe(true)
  expect(await verifyGroupInfoConfirmationTag(info!, secrets!.joinerSecret, noPsk, suite)).toBe(true)
}

describeVectors('parts', () => {
  it('crypto-basics', () => checkAll('crypto-basics', checkCryptoBasics))
  it('deserialization', () =>
    checkAll('deserialization', (vector: { vlbytes_header: string; length: number }) => {
      expect(determineLength(bytes(vector.vlbytes_header)).length).toBe(vector.length)
    }))
  it('messages', () => checkAll('messages', checkMessages), VECTORS_MS)
  it('tree-math', () => checkAll('tree-math', checkTreeMath))
  it('psk_secret', () => checkAll('psk_secret', checkPskSecret))
  it('secret-tree', () => checkAll('secret-tree', checkSecretTree), VECTORS_MS)
  it('transcript-hashes', () => checkAll('transcript-hashes', checkTranscript))
  it('key-schedule', () => checkAll('key-schedule', checkKeySchedule))
  it('message-protection', () => checkAll('message-protection', checkMessageProtection))
  it('welcome', () => checkAll('welcome', checkWelcome))
})
