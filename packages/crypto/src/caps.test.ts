/**
 * LIM-1 for the documents of this package: every field takes its largest and its smallest value, and nothing beyond. Where a document
 * travels encrypted, our own encoder stands for the decoder: both check the same schema.
 */
import { encodeCbor, limits } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import { AccountStatement, DeviceList, IdentityReplacement } from './account.ts'
import { MessageContent } from './content.ts'
import { checkShape } from './document.ts'
import { EnvelopeBody } from './envelope.ts'
import { decodeEpochRecord, encodeEpochRecord, sealHistory, type EpochRecord } from './epoch.ts'
import { MerkleAccumulator, encodeKeyLogEntry } from './key-log.ts'
import { createSealingKeyPair } from './keys.ts'
import { Admission } from './mls/admission.ts'
import { CommitEvidence } from './mls/evidence.ts'
import { Redaction, RedactionWithEdits } from './redaction.ts'
import { sealAccountKeys } from './sealed-keys.ts'
import { SessionBinding } from './session.ts'
import { code, outcomeOf, seeded, uuid } from './testing.ts'
import { openVaultRecord, sealVaultRecord } from './vault.ts'

const random = seeded(77)
const key = random(32)
const id = (n = 1) => uuid<never>(n)
const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one)
const UINT32 = 0xffffffff

const device = { deviceId: id(), signatureKey: key, sealingKey: key, name: '', addedAt: 0 }
const statement = { userId: id(), number: 1, accountKey: key, identityKey: key, recoveryKey: key }
const list = { userId: id(), number: 1, accountNumber: 1, devices: [device] }
const replacement = { userId: id(), oldIdentityKey: key, newIdentityKey: key, replacedAt: 0 }
const file = { blobId: id(), name: 'a', mediaType: '', size: 0, key, hash: key }
const sent = { sent: { seq: 0, head: key }, sentAt: 0 }
const text = { type: 'text', text: '', ...sent }
const settings = { type: 'settings', name: '', topic: '', ...sent }
const history = { type: 'history', channelId: id(), records: [] }
const asked = { generation: 1, epoch: 0 }
const request = { type: 'history-request', channelId: id(), epochs: [asked] }
const link = { type: 'link', secret: key, accountStatement: random(1), deviceList: random(1) }
const redaction = { channelId: id(), seq: 0, clientId: id() }
const related = { to: { seq: 1, clientId: id() }, sent: { seq: 1, head: random(32) }, sentAt: 1 }
const admission = { group: random(16), identityKey: key, signer: key, expiry: 0 }
const proof = { account: random(1), devices: random(1) }
const evidence = { admissions: [], proofs: [proof] }
const binding = { deviceId: id(), sessionId: id(), challenge: random(16) }

type Row = readonly [name: string, schema: Parameters<typeof checkShape>[0], fits: object, beyond: object]
const withFile = (changes: object) => ({ ...text, files: [{ ...file, ...changes }] })

const ROWS: Row[] = [
  ['a number', AccountStatement, { ...statement, number: UINT32 }, { ...statement, number: UINT32 + 1 }],
  ['the first number', AccountStatement, statement, { ...statement, number: 0 }],
  ['an account key', AccountStatement, statement, { ...statement, accountKey: random(33) }],
  ['more than a statement says', AccountStatement, statement, { ...statement, more: 1 }],
  [
    'the name of a device',
    DeviceList,
    { ...list, devices: [{ ...device, name: 'x'.repeat(64) }] },
    { ...list, devices: [{ ...device, name: 'x'.repeat(65) }] },
  ],
  ['devices', DeviceList, { ...list, devices: many(50, device) }, { ...list, devices: many(51, device) }],
  ['the time of a replacement', IdentityReplacement, replacement, { ...replacement, replacedAt: -1 }],
  ['a text', MessageContent, { ...text, text: 'x'.repeat(40_000) }, { ...text, text: 'x'.repeat(40_001) }],
  ['files', MessageContent, { ...text, files: many(10, file) }, { ...text, files: many(11, file) }],
  [
    'the name of a file',
    MessageContent,
    withFile({ name: 'x'.repeat(255) }),
    withFile({ name: 'x'.repeat(256) }),
  ],
  ['no name of a file', MessageContent, withFile({}), withFile({ name: '' })],
  [
    'a media type',
    MessageContent,
    withFile({ mediaType: 'x'.repeat(127) }),
    withFile({ mediaType: 'x'.repeat(128) }),
  ],
  [
    'the size of a file',
    MessageContent,
    withFile({ size: limits.FILE_MAX_BYTES }),
    withFile({ size: limits.FILE_MAX_BYTES + 1 }),
  ],
  ['a negative size', MessageContent, withFile({ size: 0 }), withFile({ size: -1 })],
  ['a width', MessageContent, withFile({ width: 65_535 }), withFile({ width: 65_536 })],
  ['no width', MessageContent, withFile({ width: 1 }), withFile({ width: 0 })],
  ['a height', MessageContent, withFile({ height: 65_535 }), withFile({ height: 65_536 })],
  ['no height', MessageContent, withFile({ height: 1 }), withFile({ height: 0 })],
  [
    'a thumbnail',
    MessageContent,
    withFile({ thumbnail: random(8192) }),
    withFile({ thumbnail: random(8193) }),
  ],
  [
    'the name of a channel',
    MessageContent,
    { ...settings, name: 'x'.repeat(limits.NAME_MAX_CHARACTERS) },
    { ...settings, name: 'x'.repeat(limits.NAME_MAX_CHARACTERS + 1) },
  ],
  [
    'the topic of a channel',
    MessageContent,
    { ...settings, topic: 'x'.repeat(limits.TOPIC_MAX_CHARACTERS) },
    { ...settings, topic: 'x'.repeat(limits.TOPIC_MAX_CHARACTERS + 1) },
  ],
  [
    'records in an envelope',
    EnvelopeBody,
    { ...history, records: many(500, random(1)) },
    { ...history, records: many(501, random(1)) },
  ],
  [
    'epochs that are asked for',
    EnvelopeBody,
    { ...request, epochs: many(500, asked) },
    { ...request, epochs: many(501, asked) },
  ],
  ['no epochs that are asked for', EnvelopeBody, request, { ...request, epochs: [] }],
  [
    'a generation that is asked for',
    EnvelopeBody,
    request,
    { ...request, epochs: [{ ...asked, generation: 0 }] },
  ],
  ['the secret of a code', EnvelopeBody, link, { ...link, secret: random(31) }],
  ['an envelope of another type', EnvelopeBody, link, { ...link, type: 'links' }],
  [
    'blobs of a redaction',
    Redaction,
    { ...redaction, blobs: many(100, id()) },
    { ...redaction, blobs: many(101, id()) },
  ],
  [
    'edits that a redaction names',
    RedactionWithEdits,
    { ...redaction, stood: 'channel', edits: many(100, { seq: 1, clientId: id() }) },
    { ...redaction, stood: 'channel', edits: many(101, { seq: 1, clientId: id() }) },
  ],
  [
    'the text of a reply',
    MessageContent,
    { ...related, type: 'reply', text: 'x'.repeat(40_000) },
    { ...related, type: 'reply', text: 'x'.repeat(40_001) },
  ],
  [
    'the text of an answer in a thread',
    MessageContent,
    { ...related, type: 'thread', inChannel: false, text: 'x'.repeat(40_000) },
    { ...related, type: 'thread', inChannel: false, text: 'x'.repeat(40_001) },
  ],
  [
    'the text of an edit',
    MessageContent,
    { ...related, type: 'edit', text: 'x'.repeat(40_000) },
    { ...related, type: 'edit', text: 'x'.repeat(40_001) },
  ],
  [
    'the sign of a reaction',
    MessageContent,
    { ...related, type: 'reaction', on: true, emoji: 'x'.repeat(64) },
    { ...related, type: 'reaction', on: true, emoji: 'x'.repeat(65) },
  ],
  ['the group of an admission', Admission, admission, { ...admission, group: random(20) }],
  [
    'admissions of a commit',
    CommitEvidence,
    { ...evidence, admissions: many(100, random(1)) },
    { ...evidence, admissions: many(101, random(1)) },
  ],
  [
    'proofs of a commit',
    CommitEvidence,
    { ...evidence, proofs: many(100, proof) },
    { ...evidence, proofs: many(101, proof) },
  ],
  ['a challenge', SessionBinding, binding, { ...binding, challenge: random(15) }],
]

describe('LIM-1: documents', () => {
  it.each(ROWS)('%s', async (_name, schema, fits, beyond) => {
    expect(await outcomeOf(async () => checkShape(schema, fits))).toBe('accepted')
    expect(await outcomeOf(async () => checkShape(schema, beyond))).toBe('malformed')
  })
})

const leaf = (leafIndex: number) => ({
  leafIndex,
  userId: id(),
  deviceId: id(),
  identityKey: key,
  signatureKey: key,
})
const record: EpochRecord = {
  generation: 1,
  epoch: 0,
  epochId: random(16),
  secret: key,
  added: [],
  removed: [],
}

describe('LIM-1: what is packed or travels sealed', () => {
  it('leaves of an epoch, and how they are numbered', async () => {
    const encode = (changes: Partial<EpochRecord>) =>
      code((async () => encodeEpochRecord({ ...record, ...changes }))())
    expect(await encode({ added: many(10_000, leaf(UINT32)) })).toBe('accepted')
    expect(await encode({ added: many(10_001, leaf(0)) })).toBe('malformed')
    expect(await encode({ removed: many(10_001, leaf(0)) })).toBe('malformed')
    expect(await encode({ added: [leaf(UINT32 + 1)] })).toBe('malformed')
    expect(await encode({ added: [leaf(-1)] })).toBe('malformed')
    expect(await encode({ epochId: random(17) })).toBe('malformed')
    expect(await encode({ secret: random(31) })).toBe('malformed')
    const bare = encodeCbor(['reforms epoch record v2', 1, 0, random(16), key, [], []])
    expect(await code((async () => decodeEpochRecord(bare))())).toBe('malformed')
  })

  it('records of a history', async () => {
    const context = { channelId: id(), generation: 1, epochId: random(16) }
    const sealing = (count: number) => code(sealHistory(key, context, many(count, record), random))
    expect(await sealing(1000)).toBe('accepted')
    expect(await sealing(1001)).toBe('malformed')
  })

  it('keys that are sealed together', async () => {
    const { publicKey } = createSealingKeyPair(random)
    const keys = { userId: id(), accountNumber: 1, accountPrivateKey: key }
    const sealing = (count: number) =>
      code(
        sealAccountKeys({ kind: 'recovery' }, publicKey, {
          ...keys,
          vaultKeys: many(count, { number: 1, key }),
        }),
      )
    expect([await sealing(0), await sealing(1), await sealing(128), await sealing(129)]).toEqual([
      'malformed',
      'accepted',
      'accepted',
      'malformed',
    ])
  })

  it('records of a vault and their names', async () => {
    const place = { recordId: random(16), version: 1 }
    const vaultKey = { number: 1, key }
    const content = random(1)
    const sealing = (name: string) => code(sealVaultRecord({ ...place, vaultKey, name, content }, random))
    expect(await sealing('x'.repeat(200))).toBe('accepted')
    expect(await sealing('x'.repeat(201))).toBe('malformed')
    expect(await sealing('')).toBe('malformed')
    const opening = (payload: unknown[]) =>
      code(openVaultRecord({ ...place, keys: new Map([[1, key]]), payload: encodeCbor(payload) }))
    expect(await opening([1, 1, random(32), random(16)])).toBe('tag')
    expect(await opening([2, 1, random(32), random(16)])).toBe('malformed')
    expect(await opening([1, 1, random(31), random(16)])).toBe('malformed')
    expect(await opening([1, 1, random(32), random(15)])).toBe('malformed')
  })

  it('the key log', async () => {
    const decode = (label: string, size: number, peaks: Uint8Array[]) =>
      code((async () => MerkleAccumulator.decode(encodeCbor([label, size, peaks])))())
    const LABEL = 'reforms key log state v1'
    expect(await decode(LABEL, Number.MAX_SAFE_INTEGER, many(53, key))).toBe('accepted')
    expect(await decode(LABEL, -1, [])).toBe('malformed')
    expect(await decode(LABEL, 2 ** 54 - 1, many(54, key))).toBe('malformed')
    expect(await decode('reforms key log state v2', 0, [])).toBe('malformed')
    const entry = {
      userId: id(),
      identityKey: key,
      accountKey: key,
      accountNumber: 1,
      deviceListNumber: 1,
      deviceListHash: key,
    }
    const encode = (changes: object) => code((async () => encodeKeyLogEntry({ ...entry, ...changes }))())
    expect(await encode({})).toBe('accepted')
    expect(await encode({ accountNumber: 0 })).toBe('malformed')
    expect(await encode({ deviceListNumber: UINT32 + 1 })).toBe('malformed')
    expect(await encode({ deviceListHash: random(31) })).toBe('malformed')
  })
})
