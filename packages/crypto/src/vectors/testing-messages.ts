/** Vectors of messages and of what opens them: padding, content, payload, epoch record, history. For tests only. */
import type { BlobId, ChannelId, ClientId, DeviceId, UserId } from '@reforms/protocol'
import { decodeContent, encodeContent, type FileReference, type MessageContent } from '../content.ts'
import {
  decodeEpochRecord,
  encodeEpochRecord,
  openHistory,
  sealHistory,
  type EpochRecord,
  type HistoryContext,
} from '../epoch.ts'
import { signingKeyPairFrom } from '../keys.ts'
import { decryptMessage, encryptMessage, type MessageContext } from '../message.ts'
import type { Leaf } from '../mls/credential.ts'
import { pad, padmeLength, unpad } from '../padme.ts'
import { NOW, fixed, fixedId, flipped, longForm, trailed } from './testing-alteration.ts'
import { cbor } from './testing-cbor.ts'
import { format } from './testing-format.ts'
import { aeadSeal, ed25519Sign, hkdf, publicKeyOf } from './testing-primitives.ts'
import { paddedBytes, paddedLength } from './testing-padding.ts'
import { beaconContent } from './testing-beacons.ts'
import { pollContent } from './testing-polls.ts'
import { aboutContent, relatedContent } from './testing-relations.ts'

const NONCE = new Uint8Array(12)
const channelId = fixedId<ChannelId>(50)
const uuidBytes = (uuid: string) => Uint8Array.from(Buffer.from(uuid.replaceAll('-', ''), 'hex'))

const LENGTHS = [
  0, 1, 2, 3, 7, 8, 9, 10, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 255, 256, 257, 1000, 1024,
  1025, 4095, 4097, 65_535, 65_537, 262_143, 262_145, 1_048_577, 4_294_967_295, 4_294_967_297,
]

const paddingLengths = format({
  name: 'padding-lengths',
  rules: ['MSG-2'],
  about:
    'Padmé of a length L from 2 on: E = floor(log2 L), S = floor(log2 E) + 1, and L is rounded up so that its last E - S bits are zero. 0 and 1 stay.',
  inputs: { 'around powers of two': { lengths: LENGTHS } },
  second: ({ lengths }) => ({ steps: {}, output: { padded: lengths.map(paddedLength) } }),
  make: async ({ lengths }) => ({ padded: lengths.map(padmeLength) }),
  open: async () => ({}),
  refused: {},
  attempt: async () => undefined,
})

const badPadding = (padded: number[]) => ({ given: { padded: Uint8Array.from(padded) }, code: 'malformed' })

const padding = format({
  name: 'padding',
  rules: ['MSG-2'],
  about: 'The content, one byte 0x80, then zeros up to the Padmé length of both.',
  inputs: {
    nothing: { content: new Uint8Array(0) },
    'eight bytes': { content: fixed(51, 8) },
    'what itself ends as padding does': { content: Uint8Array.of(1, 0x80, 0, 0) },
    'a hundred bytes': { content: fixed(52, 100) },
  },
  second: ({ content }) => ({ steps: {}, output: { padded: paddedBytes(content) } }),
  make: async ({ content }) => ({ padded: pad(content) }),
  open: async (_input, { padded }) => ({ content: unpad(padded) }),
  refused: {
    nothing: badPadding([]),
    'zeros alone': badPadding([0, 0]),
    'no end mark': badPadding([1, 2, 3]),
    'a zero too many': badPadding([0x80, 0]),
    'a zero too few': badPadding([1, 2, 3, 4, 5, 6, 7, 8, 0x80]),
  },
  attempt: async ({ padded }) => unpad(padded),
})

const sent = { seq: 3, head: fixed(53) }
const file: FileReference = {
  blobId: fixedId<BlobId>(54),
  name: 'plan.png',
  mediaType: 'image/png',
  size: 1234,
  key: fixed(55),
  hash: fixed(56),
  width: 640,
  height: 480,
  thumbnail: fixed(57, 20),
}
const text: MessageContent = { type: 'text', text: 'Grüße, 東京 🚲', sent, sentAt: NOW }
const withFile: MessageContent = { ...text, text: '', files: [file] }
const settings: MessageContent = { type: 'settings', name: 'Board', topic: 'quarterly', sent, sentAt: NOW }
const badContent = (encoded: Uint8Array) => ({ given: { encoded }, code: 'malformed' })

const content = format({
  name: 'message-content',
  rules: ['MSG-2', 'MSG-7', 'ENC-1'],
  about:
    'What is padded and encrypted: CBOR {type: "text", text, files?, sent: {seq, head}, sentAt} or {type: "settings", name, topic, sent, sentAt}.',
  inputs: { text, 'a file without text': withFile, 'a channel’s name and topic': settings },
  second: (input) => ({ steps: {}, output: { encoded: cbor(input) } }),
  make: async (input) => ({ encoded: encodeContent(input) }),
  open: async (_input, { encoded }) => decodeContent(encoded),
  refused: {
    'another type': badContent(cbor({ ...text, type: 'dance' })),
    'a field that is not known': badContent(cbor({ ...text, extra: 1 })),
    'a file’s key of 31 bytes': badContent(cbor({ ...text, files: [{ ...file, key: fixed(1, 31) }] })),
    'no place in the log': badContent(cbor({ ...text, sent: undefined })),
    'a byte after the end': badContent(trailed(cbor(text))),
  },
  attempt: async ({ encoded }) => decodeContent(encoded),
})

interface MessageInput extends MessageContext {
  readonly epochSecret: Uint8Array
  readonly deviceSeed: Uint8Array
  readonly salt: Uint8Array
  readonly content: Uint8Array
}
const MESSAGE_LABEL = 'reforms message v1'
const deviceSeed = fixed(58)
const plain: MessageInput = {
  channelId,
  generation: 1,
  epochId: fixed(59, 16),
  deviceId: fixedId<DeviceId>(60),
  clientId: fixedId<ClientId>(61),
  epochSecret: fixed(62),
  deviceSeed,
  salt: fixed(63),
  content: cbor(text),
}
const related: MessageInput = {
  ...plain,
  clientId: fixedId<ClientId>(64),
  relatesTo: 17,
  notify: [fixedId<UserId>(65), fixedId<UserId>(66)],
  salt: fixed(67),
}

function secondMessage(input: MessageInput) {
  const { generation, epochId, deviceId, clientId, relatesTo, notify, salt } = input
  const info = cbor([MESSAGE_LABEL, deviceId, clientId])
  const derived = hkdf('sha256', { secret: input.epochSecret, salt, info, length: 64 })
  const [key, commitment] = [derived.slice(0, 32), derived.slice(32)]
  const where = [MESSAGE_LABEL, 1, input.channelId, generation, epochId, deviceId, clientId, 'message']
  const covered = [...where, relatesTo ?? null, notify ?? null, salt, commitment]
  const header = cbor(covered)
  const padded = paddedBytes(input.content)
  const ciphertext = aeadSeal('chacha20-poly1305', { key, nonce: NONCE, associated: header }, padded)
  const signedBytes = cbor([MESSAGE_LABEL, [covered, ciphertext]])
  const signature = ed25519Sign(input.deviceSeed, signedBytes)
  const signerPublicKey = publicKeyOf('Ed25519', input.deviceSeed)
  const steps = { signerPublicKey, info, key, commitment, header, padded, ciphertext, signedBytes, signature }
  return { steps, output: { payload: cbor([1, salt, commitment, ciphertext, signature]) } }
}

const good = secondMessage(related)
const { deviceSeed: _seed, salt: _salt, content: _content, ...whereRelated } = related
const arrived = { ...whereRelated, signerPublicKey: good.steps.signerPublicKey, payload: good.output.payload }
const messageWith = (code: string, changes: Partial<typeof arrived>) => ({
  given: { ...arrived, ...changes },
  code,
})
const { notify: _notify, ...withoutNotify } = arrived
const { relatesTo: _relatesTo, ...withoutRelation } = arrived
const parts = [1, related.salt, good.steps.commitment, good.steps.ciphertext, good.steps.signature]
const payloadOf = (changes: Record<number, unknown>) => cbor(parts.map((part, at) => changes[at] ?? part))

const message = format({
  name: 'message',
  rules: ['MSG-1', 'MSG-2', 'MSG-3', 'MSG-4', 'MSG-6'],
  about:
    'key || commitment = HKDF-SHA256(epoch secret, salt, CBOR ["reforms message v1", deviceId, clientId], 64 bytes). ' +
    'header = CBOR ["reforms message v1", 1, channelId, generation, epochId, deviceId, clientId, "message", relatesTo, notify, salt, commitment], null for what is absent. ' +
    'ciphertext = ChaCha20-Poly1305(key, nonce of 12 zero bytes, associated data = header, padded content). ' +
    'signature = Ed25519 by the device over CBOR ["reforms message v1", [header’s array, ciphertext]]. payload = CBOR [1, salt, commitment, ciphertext, signature].',
  inputs: { 'a message': plain, 'an answer that notifies two users': related },
  second: secondMessage,
  async make({ deviceSeed: seed, salt, ...rest }) {
    const toEncrypt = { ...rest, signatureKey: signingKeyPairFrom(seed) }
    return { payload: await encryptMessage(toEncrypt, () => salt) }
  },
  async open({ deviceSeed: seed, ...rest }, { payload }) {
    const signerPublicKey = publicKeyOf('Ed25519', seed)
    return { content: await decryptMessage({ ...rest, payload, signerPublicKey }) }
  },
  refused: {
    'another epoch secret': messageWith('commitment', { epochSecret: fixed(1) }),
    'in another device’s name': messageWith('commitment', { deviceId: fixedId<DeviceId>(1) }),
    'under another clientId': messageWith('commitment', { clientId: fixedId<ClientId>(1) }),
    'another commitment': messageWith('commitment', {
      payload: payloadOf({ 2: flipped(good.steps.commitment, 0) }),
    }),
    'another salt': messageWith('commitment', { payload: payloadOf({ 1: fixed(1) }) }),
    'in another channel': messageWith('tag', { channelId: fixedId<ChannelId>(1) }),
    'in another generation': messageWith('tag', { generation: 2 }),
    'in an epoch of another name': messageWith('tag', { epochId: fixed(1, 16) }),
    'as an answer to another': messageWith('tag', { relatesTo: 18 }),
    'as no answer': { given: withoutRelation, code: 'tag' },
    'notifying nobody': { given: withoutNotify, code: 'tag' },
    'notifying in another order': messageWith('tag', { notify: [...related.notify!].reverse() }),
    'a ciphertext with one bit changed': messageWith('tag', {
      payload: payloadOf({ 3: flipped(good.steps.ciphertext, 0) }),
    }),
    'a signature with one bit changed': messageWith('signature', {
      payload: payloadOf({ 4: flipped(good.steps.signature, 0) }),
    }),
    'signed by another member': messageWith('signature', {
      payload: payloadOf({ 4: ed25519Sign(fixed(1), good.steps.signedBytes) }),
    }),
    'a signer of small order': messageWith('signature', { signerPublicKey: new Uint8Array(32) }),
    'another version': messageWith('malformed', { payload: payloadOf({ 0: 2 }) }),
    'a byte after the end': messageWith('malformed', { payload: trailed(arrived.payload) }),
    'the length of the array in a long form': messageWith('malformed', {
      payload: longForm(arrived.payload),
    }),
  },
  attempt: (given) => decryptMessage(given),
})

function leaf(n: number): Leaf {
  const keys = {
    identityKey: publicKeyOf('Ed25519', fixed(700 + n)),
    signatureKey: publicKeyOf('Ed25519', fixed(800 + n)),
  }
  return { leafIndex: n, userId: fixedId<UserId>(700 + n), deviceId: fixedId<DeviceId>(800 + n), ...keys }
}
const first: EpochRecord = {
  generation: 1,
  epoch: 0,
  epochId: fixed(68, 16),
  secret: fixed(69),
  added: [leaf(0)],
  removed: [],
}
const second: EpochRecord = {
  generation: 1,
  epoch: 1,
  epochId: fixed(70, 16),
  secret: fixed(71),
  added: [leaf(1), leaf(2)],
  removed: [leaf(0)],
}
const packedLeaf = ({ leafIndex, userId, deviceId, identityKey, signatureKey }: Leaf) => [
  leafIndex,
  uuidBytes(userId),
  uuidBytes(deviceId),
  identityKey,
  signatureKey,
]
const packedRecord = (record: EpochRecord) => {
  const { generation, epoch, epochId, secret, added, removed } = record
  return [
    'reforms epoch record v1',
    generation,
    epoch,
    epochId,
    secret,
    added.map(packedLeaf),
    removed.map(packedLeaf),
  ]
}
const recordBytes = (changes: Partial<EpochRecord>) => cbor(packedRecord({ ...second, ...changes }))

const epochRecord = format({
  name: 'epoch-record',
  rules: ['EPO-2', 'ID-3'],
  about:
    'CBOR ["reforms epoch record v1", generation, epoch, epochId, secret, added, removed]; a leaf is [leafIndex, userId, deviceId, identityKey, signatureKey], the ids as 16 bytes.',
  inputs: { 'the first epoch': first, 'two come and one goes': second },
  second: (record) => ({ steps: {}, output: { encoded: cbor(packedRecord(record)) } }),
  make: async (record) => ({ encoded: encodeEpochRecord(record) }),
  open: async (_input, { encoded }) => ({ ...decodeEpochRecord(encoded) }),
  refused: {
    'the generation 0': badContent(recordBytes({ generation: 0 })),
    'a name of 15 bytes': badContent(recordBytes({ epochId: fixed(1, 15) })),
    'a secret of 33 bytes': badContent(recordBytes({ secret: fixed(1, 33) })),
    'another label': badContent(cbor(['reforms epoch record v2', ...packedRecord(second).slice(1)])),
    'a byte after the end': badContent(trailed(recordBytes({}))),
  },
  attempt: async ({ encoded }) => decodeEpochRecord(encoded),
})

interface HistoryInput extends HistoryContext {
  readonly epochSecret: Uint8Array
  readonly salt: Uint8Array
  readonly records: readonly EpochRecord[]
}
const HISTORY_LABEL = 'reforms history v1'
const historyInput: HistoryInput = {
  channelId,
  generation: 1,
  epochId: fixed(72, 16),
  epochSecret: fixed(73),
  salt: fixed(74),
  records: [first, second],
}

function secondHistory(input: HistoryInput) {
  const { channelId: channel, generation, epochId, epochSecret, salt, records } = input
  const info = cbor([HISTORY_LABEL, channel, generation, epochId])
  const key = hkdf('sha256', { secret: epochSecret, salt, info, length: 32 })
  const padded = paddedBytes(cbor(records.map(packedRecord)))
  const ciphertext = aeadSeal('chacha20-poly1305', { key, nonce: NONCE, associated: info }, padded)
  return { steps: { info, key, padded, ciphertext }, output: { sealed: cbor([1, salt, ciphertext]) } }
}

const { salt: historySalt, records: _records, ...historyPlace } = historyInput
const goodHistory = secondHistory(historyInput)
const history = { ...historyPlace, sealed: goodHistory.output.sealed }
const historyWith = (code: string, changes: Partial<typeof history>) => ({
  given: { ...history, ...changes },
  code,
})

const sealedHistory = format({
  name: 'history',
  rules: ['EPO-4'],
  about:
    'Earlier epochs’ records under the new epoch’s secret. info = CBOR ["reforms history v1", channelId, generation, epochId of the new epoch]; ' +
    'key = HKDF-SHA256(epoch secret, salt, info, 32 bytes); ciphertext = ChaCha20-Poly1305(key, nonce of 12 zero bytes, associated data = info, padded CBOR [records]); sealed = CBOR [1, salt, ciphertext].',
  inputs: { 'two records': historyInput, none: { ...historyInput, salt: fixed(75), records: [] } },
  second: secondHistory,
  async make({ epochSecret, salt, records, ...context }) {
    return { sealed: await sealHistory(epochSecret, context, records, () => salt) }
  },
  open: async ({ epochSecret, ...context }, { sealed }) => ({
    records: await openHistory(epochSecret, context, sealed),
  }),
  refused: {
    'another epoch secret': historyWith('tag', { epochSecret: fixed(1) }),
    'in another channel': historyWith('tag', { channelId: fixedId<ChannelId>(1) }),
    'in another generation': historyWith('tag', { generation: 2 }),
    'for an epoch of another name': historyWith('tag', { epochId: fixed(1, 16) }),
    'another salt': historyWith('tag', { sealed: cbor([1, fixed(1), goodHistory.steps.ciphertext]) }),
    'one bit changed': historyWith('tag', { sealed: flipped(history.sealed, -1) }),
    'another version': historyWith('malformed', {
      sealed: cbor([2, historySalt, goodHistory.steps.ciphertext]),
    }),
    'cut short': historyWith('malformed', { sealed: history.sealed.slice(0, -1) }),
  },
  attempt: ({ epochSecret, sealed, ...context }) => openHistory(epochSecret, context, sealed),
})

export const MESSAGE_FORMATS = [
  paddingLengths,
  padding,
  content,
  relatedContent,
  pollContent,
  beaconContent,
  aboutContent,
  message,
  epochRecord,
  sealedHistory,
]
