/** Vectors of the two logs: a channel's chain of heads with what its entries hold, and the tree over all keys. For tests only. */
import {
  CommitPayload,
  NoticePayload,
  type BlobId,
  type ChannelId,
  type ClientId,
  type DeviceId,
  type UserId,
} from '@reforms/protocol'
import { decodeDocument, encodeDocument } from '../document.ts'
import {
  MerkleAccumulator,
  decodeKeyLogEntry,
  encodeKeyLogEntry,
  leafHash,
  verifyRoot,
  type KeyLogEntry,
} from '../key-log.ts'
import { signingKeyPairFrom } from '../keys.ts'
import { FIRST_HEAD, hashPayload, nextHead, type EntryHeader } from '../log-hash.ts'
import { signRedaction } from '../redaction-signing.ts'
import { verifyRedaction } from '../redaction.ts'
import { NOW, fixed, fixedId, flipped, longForm, signedDocument, trailed } from './testing-alteration.ts'
import { cbor } from './testing-cbor.ts'
import { format } from './testing-format.ts'
import { hash, publicKeyOf } from './testing-primitives.ts'

const channelId = fixedId<ChannelId>(30)
const sender = fixedId<DeviceId>(31)
const userId = fixedId<UserId>(32)
const uuidBytes = (uuid: string) => Uint8Array.from(Buffer.from(uuid.replaceAll('-', ''), 'hex'))

interface ChainedEntry extends EntryHeader {
  readonly payload?: Uint8Array
  /** What is kept of a payload that was erased. */
  readonly payloadHash?: Uint8Array
}

const place = (seq: number, kind: string, epoch: number) => {
  const from = kind === 'notice' ? null : sender
  const clientId = fixedId<ClientId>(300 + seq)
  return { channelId, seq, kind, generation: 1, epoch, sender: from, clientId, at: NOW + 1000 * seq }
}
const message = { ...place(2, 'message', 0), notify: [userId, fixedId<UserId>(33)], payload: fixed(34, 40) }
const chain: ChainedEntry[] = [
  { ...place(1, 'commit', 0), payload: cbor({ type: 'found', groupInfo: fixed(35, 24) }) },
  message,
  { ...place(3, 'message', 0), relatesTo: 2, payload: fixed(36, 40) },
  { ...place(4, 'commit', 0), payload: cbor({ type: 'commit', commit: fixed(37, 24) }) },
  { ...place(5, 'notice', 1), payload: cbor({ type: 'archived', userId }) },
  { ...place(6, 'redaction', 1), relatesTo: 2, payload: fixed(38, 30) },
]
const { payload: erasedPayload, ...erased } = message
const chainAfterErasing = chain.map((entry) =>
  entry === message ? { ...erased, payloadHash: hash('sha256', erasedPayload) } : entry,
)

function headerBytes(entry: ChainedEntry): Uint8Array {
  const { seq, kind, generation, epoch, clientId, relatesTo, notify, at } = entry
  const start = [1, entry.channelId, seq, kind, generation, epoch, entry.sender, clientId]
  return cbor([...start, relatesTo ?? null, notify ?? null, at])
}

const logHeads = format({
  name: 'log-heads',
  rules: ['LOG-2', 'LOG-3', 'LOG-9'],
  about:
    'head(n) = SHA-256(head(n-1) || header || SHA-256(payload)); head(0) is 32 zero bytes; header is CBOR ' +
    '[1, channelId, seq, kind, generation, epoch, sender, clientId, relatesTo, notify, at], null for what is absent. ' +
    'The payloads of messages and redactions are short stand-ins here.',
  inputs: {
    'one entry of each kind': { entries: chain },
    'the same, after the second was erased: the same heads': { entries: chainAfterErasing },
  },
  second({ entries }) {
    const headers = entries.map(headerBytes)
    const payloadHashes = entries.map((entry) => entry.payloadHash ?? hash('sha256', entry.payload!))
    const heads: Uint8Array[] = []
    entries.forEach((_, at) => {
      heads.push(hash('sha256', heads[at - 1] ?? new Uint8Array(32), headers[at]!, payloadHashes[at]!))
    })
    return { steps: { headers, payloadHashes }, output: { heads } }
  },
  async make({ entries }) {
    const heads: Uint8Array[] = []
    for (const entry of entries) {
      const payloadHash = entry.payloadHash ?? hashPayload(entry.payload!)
      heads.push(nextHead(heads.at(-1) ?? FIRST_HEAD, entry, payloadHash))
    }
    return { heads }
  },
  open: async () => ({}),
  refused: {
    'a head of 31 bytes': {
      given: { head: fixed(1, 31), entry: message, payloadHash: fixed(2) },
      code: 'malformed',
    },
    'a payload’s hash of 33 bytes': {
      given: { head: fixed(1), entry: message, payloadHash: fixed(2, 33) },
      code: 'malformed',
    },
  },
  attempt: async ({ head, entry, payloadHash }) => nextHead(head, entry, payloadHash),
})

const MAX_PAYLOAD_BYTES = 4 * 1024 * 1024
const commit = { type: 'commit' as const, commit: fixed(37, 24) }
const badPayload = (encoded: Uint8Array) => ({ given: { encoded }, code: 'malformed' })

const commitPayload = format({
  name: 'commit-payload',
  rules: ['GEN-1', 'EPO-4', 'ENC-1'],
  about:
    'The payload of a commit entry: CBOR {type: "commit", commit, history?} with an MLSMessage (RFC 9420), or {type: "found", groupInfo, history?} ' +
    'where a generation begins. history is as its own file has it; here all three are short stand-ins.',
  inputs: {
    'a commit': commit,
    'a commit with history': { ...commit, history: fixed(39, 30) },
    'a founding': { type: 'found' as const, groupInfo: fixed(35, 24) },
    'a founding with history': { type: 'found' as const, groupInfo: fixed(35, 24), history: fixed(39, 30) },
  },
  second: (input) => ({ steps: {}, output: { encoded: cbor(input) } }),
  make: async (input) => ({ encoded: encodeDocument(CommitPayload, input, MAX_PAYLOAD_BYTES) }),
  open: async (_input, { encoded }) => decodeDocument(CommitPayload, encoded, MAX_PAYLOAD_BYTES),
  refused: {
    'another type': badPayload(cbor({ ...commit, type: 'welcome' })),
    'no bytes': badPayload(cbor({ ...commit, commit: new Uint8Array(0) })),
    'a field that is not known': badPayload(cbor({ ...commit, extra: 1 })),
    'fields of the other type': badPayload(cbor({ ...commit, groupInfo: fixed(1) })),
    'a byte after the end': badPayload(trailed(cbor(commit))),
  },
  attempt: async ({ encoded }) => decodeDocument(CommitPayload, encoded, MAX_PAYLOAD_BYTES),
})

const noticePayload = format({
  name: 'notice-payload',
  rules: ['ENC-1'],
  about: 'The payload of a notice entry, in clear: CBOR {type, userId?, name?}.',
  inputs: {
    'a new name': { type: 'renamed' as const, userId, name: 'Büro' },
    archived: { type: 'archived' as const, userId },
    'brought back': { type: 'unarchived' as const },
  },
  second: (input) => ({ steps: {}, output: { encoded: cbor(input) } }),
  make: async (input) => ({ encoded: encodeDocument(NoticePayload, input, MAX_PAYLOAD_BYTES) }),
  open: async (_input, { encoded }) => decodeDocument(NoticePayload, encoded, MAX_PAYLOAD_BYTES),
  refused: {
    'another type': badPayload(cbor({ type: 'erased' })),
    'a field that is not known': badPayload(cbor({ type: 'archived', extra: 1 })),
  },
  attempt: async ({ encoded }) => decodeDocument(NoticePayload, encoded, MAX_PAYLOAD_BYTES),
})

const REDACTION_LABEL = 'reforms redaction v1'
const deviceSeed = fixed(40)
const signatureKey = publicKeyOf('Ed25519', deviceSeed)
const redactionBody = { channelId, seq: 2, clientId: fixedId<ClientId>(302) }
const redactionOf = (changes: object) =>
  signedDocument(deviceSeed, REDACTION_LABEL, { ...redactionBody, ...changes }).document

const redaction = format({
  name: 'redaction',
  rules: ['LOG-14', 'ENC-4'],
  about:
    'The payload of a redaction entry: CBOR ["reforms redaction v1", {channelId, seq, clientId, blobs?}, signature], signed by a device’s key.',
  inputs: {
    'of a message': { deviceSeed, ...redactionBody },
    'of a message with two files': {
      deviceSeed,
      ...redactionBody,
      blobs: [fixedId<BlobId>(41), fixedId<BlobId>(42)],
    },
  },
  second({ deviceSeed: seed, ...body }) {
    const { steps, document } = signedDocument(seed, REDACTION_LABEL, body)
    return { steps: { signatureKey: publicKeyOf('Ed25519', seed), ...steps }, output: { document } }
  },
  make: async ({ deviceSeed: seed, ...body }) => ({
    document: await signRedaction(signingKeyPairFrom(seed), body),
  }),
  open: async ({ deviceSeed: seed }, { document }) => verifyRedaction(publicKeyOf('Ed25519', seed), document),
  refused: {
    'a signature with one bit changed': {
      given: { document: flipped(redactionOf({}), -1), signatureKey },
      code: 'signature',
    },
    'another key’s': { given: { document: redactionOf({}), signatureKey: fixed(1) }, code: 'signature' },
    'a seq below 0': { given: { document: redactionOf({ seq: -1 }), signatureKey }, code: 'malformed' },
    'the length of the array in a long form': {
      given: { document: longForm(redactionOf({})), signatureKey },
      code: 'malformed',
    },
  },
  attempt: ({ document, signatureKey: key }) => verifyRedaction(key, document),
})

const EDITS_LABEL = 'reforms redaction v2'
const editsBody = { ...redactionBody, stood: 'channel' as const }
const withEdits = (changes: object) => ({
  given: {
    document: signedDocument(deviceSeed, EDITS_LABEL, { ...editsBody, ...changes }).document,
    signatureKey,
  },
  code: 'malformed',
})

const redactionWithEdits = format({
  name: 'redaction-with-edits',
  version: 2,
  rules: ['LOG-14', 'ENC-4', 'REL-7'],
  about:
    'CBOR ["reforms redaction v2", {channelId, seq, clientId, blobs?, edits?: [{seq, clientId}], stood}, signature]; ' +
    'stood is "channel", "thread" or "nowhere".',
  inputs: {
    'of a message that was edited twice': {
      deviceSeed,
      ...editsBody,
      edits: [
        { seq: 4, clientId: fixedId<ClientId>(304) },
        { seq: 5, clientId: fixedId<ClientId>(305) },
      ],
    },
    'of an answer in a thread, with a file': {
      deviceSeed,
      ...redactionBody,
      blobs: [fixedId<BlobId>(41)],
      stood: 'thread' as const,
    },
    'of an edit that came late': { deviceSeed, ...redactionBody, stood: 'nowhere' as const },
  },
  second({ deviceSeed: seed, ...body }) {
    const { steps, document } = signedDocument(seed, EDITS_LABEL, body)
    return { steps: { signatureKey: publicKeyOf('Ed25519', seed), ...steps }, output: { document } }
  },
  make: async ({ deviceSeed: seed, ...body }) => ({
    document: await signRedaction(signingKeyPairFrom(seed), body),
  }),
  open: async ({ deviceSeed: seed }, { document }) => verifyRedaction(publicKeyOf('Ed25519', seed), document),
  refused: {
    'a place that is none': withEdits({ stood: 'here' }),
    'no place': withEdits({ stood: undefined }),
    'no edit in the list': withEdits({ edits: [] }),
    'an edit without its clientId': withEdits({ edits: [{ seq: 4 }] }),
    'signed as version 1': {
      given: {
        document: cbor([
          EDITS_LABEL,
          editsBody,
          signedDocument(deviceSeed, REDACTION_LABEL, editsBody).steps.signature,
        ]),
        signatureKey,
      },
      code: 'signature',
    },
  },
  attempt: ({ document, signatureKey: key }) => verifyRedaction(key, document),
})

const keyLogInput: KeyLogEntry = {
  userId,
  identityKey: publicKeyOf('Ed25519', fixed(43)),
  accountKey: publicKeyOf('Ed25519', fixed(44)),
  accountNumber: 2,
  deviceListNumber: 5,
  deviceListHash: hash('sha256', fixed(45, 99)),
}
function packedEntry(entry: KeyLogEntry): Uint8Array {
  const { identityKey, accountKey, accountNumber, deviceListNumber, deviceListHash } = entry
  const numbers = [accountNumber, deviceListNumber, deviceListHash]
  return cbor(['reforms key log entry v1', uuidBytes(entry.userId), identityKey, accountKey, ...numbers])
}
const leafOfTree = (encoded: Uint8Array) => hash('sha256', Uint8Array.of(0), encoded)

const keyLogEntry = format({
  name: 'key-log-entry',
  rules: ['KL-1', 'KL-2'],
  about:
    'CBOR ["reforms key log entry v1", userId as 16 bytes, identityKey, accountKey, accountNumber, deviceListNumber, deviceListHash]; ' +
    'deviceListHash = SHA-256 of the signed device list; the leaf’s hash = SHA-256(0x00 || entry).',
  inputs: { 'a change of a device list': keyLogInput },
  second(input) {
    const encoded = packedEntry(input)
    return { steps: {}, output: { encoded, leafHash: leafOfTree(encoded) } }
  },
  async make(input) {
    const encoded = encodeKeyLogEntry(input)
    return { encoded, leafHash: leafHash(encoded) }
  },
  open: async (_input, { encoded }) => ({ ...decodeKeyLogEntry(encoded) }),
  refused: {
    'a number 0': badPayload(packedEntry({ ...keyLogInput, accountNumber: 0 })),
    'a key of 31 bytes': badPayload(packedEntry({ ...keyLogInput, accountKey: fixed(1, 31) })),
    'cut short': badPayload(packedEntry(keyLogInput).slice(0, -1)),
    'more than 256 bytes': { given: { encoded: new Uint8Array(257) }, code: 'too-large' },
  },
  attempt: async ({ encoded }) => decodeKeyLogEntry(encoded),
})

/** RFC 6962, section 2.1, word for word. */
function treeHash(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return hash('sha256')
  if (leaves.length === 1) return leaves[0]!
  let split = 1
  while (2 * split < leaves.length) split *= 2
  return hash('sha256', Uint8Array.of(1), treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)))
}
/** The roots of the complete subtrees, largest first. */
function peaks(leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 0) return []
  const largest = 2 ** Math.floor(Math.log2(leaves.length))
  return [treeHash(leaves.slice(0, largest)), ...peaks(leaves.slice(largest))]
}
const sevenEntries = Array.from({ length: 7 }, (_, n) =>
  packedEntry({ ...keyLogInput, deviceListNumber: n + 1 }),
)
const treeOf = (entries: readonly Uint8Array[]) => {
  const tree = new MerkleAccumulator()
  for (const entry of entries) tree.append(entry)
  return tree
}
const sevenRoot = treeHash(sevenEntries.map(leafOfTree))
const wrongTree = (entries: readonly Uint8Array[], size = 7, root = sevenRoot) => ({
  given: { entries, size, root },
  code: 'hash',
})

const keyLogTree = format({
  name: 'key-log-tree',
  rules: ['KL-2', 'KL-3'],
  about:
    'The Merkle tree of RFC 6962, section 2.1, with SHA-256: the leaves’ hashes, the root at every size from 0 on, and the stored state of the last: ' +
    'CBOR ["reforms key log state v1", size, roots of the complete subtrees, the largest first]. Clients read all entries: there are no proofs.',
  inputs: { 'seven entries': { entries: sevenEntries } },
  second({ entries }) {
    const leafHashes = entries.map(leafOfTree)
    const roots = [0, ...entries.keys()].map((_, size) => treeHash(leafHashes.slice(0, size)))
    const state = cbor(['reforms key log state v1', entries.length, peaks(leafHashes)])
    return { steps: { leafHashes }, output: { roots, state } }
  },
  async make({ entries }) {
    const roots = [0, ...entries.keys()].map((_, size) => treeOf(entries.slice(0, size)).root())
    return { roots, state: treeOf(entries).encode() }
  },
  async open({ entries }, { roots, state }) {
    verifyRoot(MerkleAccumulator.decode(state), { size: entries.length, root: roots.at(-1)! })
    return {}
  },
  refused: {
    'an entry fewer': wrongTree(sevenEntries.slice(0, 6)),
    'two entries in the other order': wrongTree(
      sevenEntries.toSpliced(2, 2, sevenEntries[3]!, sevenEntries[2]!),
    ),
    'another root': wrongTree(sevenEntries, 7, flipped(sevenRoot, 0)),
    'another size': wrongTree(sevenEntries, 8),
  },
  attempt: async ({ entries, size, root }) => verifyRoot(treeOf(entries), { size, root }),
})

export const LOG_FORMATS = [
  logHeads,
  commitPayload,
  noticePayload,
  redaction,
  redactionWithEdits,
  keyLogEntry,
  keyLogTree,
]
