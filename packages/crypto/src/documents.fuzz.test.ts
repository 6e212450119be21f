/**
 * Every decoder of this package but src/mls, by changed bytes and by changed structure, sealed ones from the inside too: a
 * typed error, soon and at no cost, or what the encoder would have made of it.
 */
import {
  ChannelPolicy,
  decodeCbor,
  encodeCbor,
  type BlobId,
  type ChannelId,
  type ClientId,
  type DeviceId,
  type UserId,
} from '@reforms/protocol'
import {
  encodeLoosely,
  breaking,
  fitting,
  mutateAll,
  mutations,
  watchForHang,
  type SchemaNode,
} from '@reforms/protocol/testing'
import fc from 'fast-check'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { signAccountStatement, signDeviceList, signIdentityReplacement } from './account-signing.ts'
import { verifyAccountStatement, verifyDeviceList, verifyIdentityReplacement } from './account.ts'
import { BeaconContent, decodeBeacon } from './beacon.ts'
import { openLinkName, sealLinkName, signChannelLink, signLinkRequest } from './channel-link-signing.ts'
import { verifyChannelLink, verifyLinkRequest } from './channel-link.ts'
import { decodeContent, encodeContent, MessageContent } from './content.ts'
import { openEnvelope, sealEnvelope } from './envelope.ts'
import { decodeEpochRecord, encodeEpochRecord, openHistory, sealHistory } from './epoch.ts'
import { decryptFile, encryptFile } from './file.ts'
import { MerkleAccumulator, decodeKeyLogEntry, encodeKeyLogEntry } from './key-log.ts'
import { CryptoError } from './errors.ts'
import { createSealingKeyPair, createSigningKeyPair } from './keys.ts'
import { decryptMessage, encryptMessage } from './message.ts'
import { CommitEvidence, decodeCommitEvidence } from './mls/evidence.ts'
import { POLICY_EXTENSION_TYPE, policyFrom } from './mls/policy-extension.ts'
import { pad } from './padme.ts'
import { signRedaction } from './redaction-signing.ts'
import { verifyRedaction } from './redaction.ts'
import { openAccountKeys, sealAccountKeys } from './sealed-keys.ts'
import { seal } from './seal.ts'
import { change, changed } from './testing-structure.ts'
import { demandSame, outcomeOf, seeded, shown, uuid } from './testing.ts'
import { openVaultRecord, sealVaultRecord } from './vault.ts'
import { decodeWaveform, encodeWaveform } from './waveform.ts'

const RUNS_EACH = Math.max(150, Number(process.env['REFORMS_FUZZ_CASES'] ?? 200))
const random = seeded(13)
const identity = createSigningKeyPair(random)
const account = createSigningKeyPair(random)
const device = createSigningKeyPair(random)
const sealing = createSealingKeyPair(random)
const userId = uuid<UserId>(1)
const deviceId = uuid<DeviceId>(2)
const channelId = uuid<ChannelId>(3)
const clientId = uuid<ClientId>(4)
const secret = random(32)
const epochId = random(16)

interface Outcome {
  /** What was not the original and yet accepted, as it is shown. */
  readonly accepted: string[]
}

/** Judges what is drawn; anything thrown but a CryptoError or MlsRefused is a failure here, as is what takes too long. */
async function judge(
  drawn: fc.Arbitrary<Uint8Array>,
  original: Uint8Array,
  open: (bytes: Uint8Array) => unknown,
): Promise<Outcome> {
  const accepted: string[] = []
  const judged = fc.asyncProperty(drawn, async (bytes) => {
    const demandNoHang = watchForHang()
    const outcome = await outcomeOf(async () => open(bytes))
    demandNoHang()
    if (outcome === 'accepted' && Buffer.compare(bytes, original) !== 0) accepted.push(shown(bytes))
  })
  await fc.assert(judged, { numRuns: RUNS_EACH })
  return { accepted }
}

function bytesLike(original: Uint8Array): fc.Arbitrary<Uint8Array> {
  const parts = fc.constantFrom(...Object.values(targets).map((target) => target.original), original)
  return fc.tuple(mutations, parts).map(([all, other]) => mutateAll(original, all, other))
}

function structuresLike(original: Uint8Array): fc.Arbitrary<Uint8Array> {
  return change.map((one) => encodeLoosely(changed(original, one)))
}

interface Target {
  readonly original: Uint8Array
  readonly open: (bytes: Uint8Array) => Promise<unknown>
}

async function authenticated(): Promise<Record<string, Target>> {
  const fields = { userId, number: 1, accountKey: account.publicKey, recoveryKey: random(32) }
  const statement = await signAccountStatement(identity, fields)
  const known = await verifyAccountStatement(statement)
  const listed = {
    deviceId,
    signatureKey: device.publicKey,
    sealingKey: sealing.publicKey,
    name: 'pc',
    addedAt: 1,
  }
  const list = { userId, number: 1, accountNumber: 1, devices: [listed] }
  const replacement = { userId, newIdentityKey: account.publicKey, replacedAt: 1 }
  const place = { channelId, generation: 1, epochId, deviceId, clientId }
  const message = { ...place, epochSecret: secret, content: random(60), signatureKey: device }
  const vaultKey = { number: 1, key: random(32) }
  const record = { recordId: random(16), version: 1 }
  const keys = { userId, accountNumber: 1, accountPrivateKey: account.privateKey, vaultKeys: [vaultKey] }
  const body = { type: 'history-request' as const, channelId, epochs: [{ generation: 1, epoch: 1 }] }
  const sender = { userId, deviceId, signature: device }
  const envelope = { recipient: { deviceId, sealingKey: sealing.publicKey }, sender, body }
  const file = await encryptFile(random(30), secret)
  return {
    'account statement': { original: statement, open: verifyAccountStatement },
    'device list': {
      original: await signDeviceList(account.privateKey, list),
      open: (bytes) => verifyDeviceList(bytes, known),
    },
    'identity replacement': {
      original: await signIdentityReplacement(identity, replacement),
      open: (bytes) => verifyIdentityReplacement(bytes, identity.publicKey),
    },
    'channel link': {
      original: await signChannelLink(device, { channelId, linkKey: account.publicKey, expiry: 1 }),
      open: verifyChannelLink,
    },
    'link request': {
      original: await signLinkRequest(device, { channelId, userId, identityKey: identity.publicKey }),
      open: (bytes) => verifyLinkRequest(device.publicKey, bytes),
    },
    'link name': {
      original: await sealLinkName(secret, 'Ward 3'),
      open: (bytes) => openLinkName(secret, bytes),
    },
    redaction: {
      original: await signRedaction(device, { channelId, seq: 1, clientId, blobs: [uuid<BlobId>(5)] }),
      open: (bytes) => verifyRedaction(device.publicKey, bytes),
    },
    'redaction with edits': {
      original: await signRedaction(device, {
        ...{ channelId, seq: 1, clientId, stood: 'channel' },
        edits: [{ seq: 2, clientId }],
      }),
      open: (bytes) => verifyRedaction(device.publicKey, bytes),
    },
    message: {
      original: await encryptMessage(message, random),
      open: (payload) =>
        decryptMessage({ ...place, epochSecret: secret, payload, signerPublicKey: device.publicKey }),
    },
    history: {
      original: await sealHistory(secret, place, [], random),
      open: (bytes) => openHistory(secret, place, bytes),
    },
    'vault record': {
      original: await sealVaultRecord({ vaultKey, ...record, name: 'n', content: random(9) }, random),
      open: (payload) => openVaultRecord({ keys: new Map([[1, vaultKey.key]]), ...record, payload }),
    },
    'sealed keys': {
      original: await sealAccountKeys({ kind: 'recovery' }, sealing.publicKey, keys),
      open: (bytes) => openAccountKeys({ kind: 'recovery' }, sealing, known, bytes),
    },
    envelope: {
      original: await sealEnvelope(envelope),
      open: (sealed) =>
        openEnvelope({
          recipient: { deviceId, sealing },
          sealed,
          findSignatureKey: async () => device.publicKey,
        }),
    },
    file: { original: file.sealed, open: (bytes) => decryptFile(bytes, secret, file.hash) },
  }
}

function plain(): Record<string, { original: Uint8Array; again: (bytes: Uint8Array) => Uint8Array }> {
  const leaf = { leafIndex: 1, userId, deviceId, identityKey: random(32), signatureKey: random(32) }
  const record = { generation: 1, epoch: 2, epochId, secret, added: [leaf], removed: [] }
  const sent = { seq: 1, head: random(32) }
  const entry = { userId, identityKey: random(32), accountKey: random(32), deviceListHash: random(32) }
  const tree = new MerkleAccumulator()
  for (let size = 0; size < 5; size += 1) tree.append(random(4))
  return {
    'epoch record': {
      original: encodeEpochRecord(record),
      again: (bytes) => encodeEpochRecord(decodeEpochRecord(bytes)),
    },
    content: {
      original: encodeContent({ type: 'text', text: 'hello', sent, sentAt: 1 }),
      again: (bytes) => encodeContent(decodeContent(bytes)),
    },
    'related content': {
      original: encodeContent({
        ...{ type: 'reaction', to: { seq: 1, clientId }, emoji: '👍', on: true, sent, sentAt: 1 },
      }),
      again: (bytes) => encodeContent(decodeContent(bytes)),
    },
    waveform: {
      original: encodeWaveform({ durationMs: 1000, levels: random(20) }),
      again: (bytes) => encodeWaveform(decodeWaveform(bytes)),
    },
    'key log entry': {
      original: encodeKeyLogEntry({ ...entry, accountNumber: 1, deviceListNumber: 1 }),
      again: (bytes) => encodeKeyLogEntry(decodeKeyLogEntry(bytes)),
    },
    'key log state': { original: tree.encode(), again: (bytes) => MerkleAccumulator.decode(bytes).encode() },
  }
}

const targets = await authenticated()
/** Those that are CBOR outside. */
const documents = [
  'account statement',
  'device list',
  'identity replacement',
  'redaction',
  'redaction with edits',
  'message',
  'vault record',
]

describe('ENC-6: changed bytes', () => {
  it.each(Object.keys(targets))('%s: refused by a typed error', async (name) => {
    const { original, open } = targets[name]!
    await open(original)
    expect(await judge(bytesLike(original), original, open)).toEqual({ accepted: [] })
  })

  it.each(Object.entries(plain()))('%s: refused, or read as what it says', async (_, { original, again }) => {
    expect(again(original)).toEqual(original)
    const reread = (bytes: Uint8Array) => demandSame(again(bytes), bytes)
    const { accepted } = await judge(bytesLike(original), original, reread)
    expect(accepted.length).toBeLessThan(RUNS_EACH)
  })

  it('are noticed where nothing is checked (positive control)', async () => {
    const { accepted } = await judge(bytesLike(random(40)), random(40), (bytes) => bytes)
    expect(accepted.length).toBeGreaterThan(0)
  })
})

describe('ENC-2, ENC-6: changed structure', () => {
  it.each(documents)('%s: refused by a typed error', async (name) => {
    const { original, open } = targets[name]!
    expect(await judge(structuresLike(original), original, open)).toEqual({ accepted: [] })
  })

  it.each(Object.entries(plain()))('%s: refused, or read as what it says', async (_, { original, again }) => {
    const reread = (bytes: Uint8Array) => demandSame(again(bytes), bytes)
    const { accepted } = await judge(structuresLike(original), original, reread)
    expect(accepted.length).toBeLessThan(RUNS_EACH)
  })
})

describe('ENC-6: what is inside of what is sealed', () => {
  const letter = {
    sender: { userId, deviceId },
    recipient: deviceId,
    body: { type: 'history', channelId, records: [random(9)] },
  }
  const inner = encodeCbor(['reforms envelope v1', letter, random(64)])
  const keys = encodeCbor({
    userId,
    accountNumber: 1,
    accountPrivateKey: account.privateKey,
    vaultKeys: [{ number: 1, key: random(32) }],
  })

  it('an envelope: refused by a typed error', async () => {
    const named = encodeCbor(['reforms envelope v1', deviceId])
    const opened = async (bytes: Uint8Array) => {
      const sealed = await seal(sealing.publicKey, 'reforms envelope v1', named, pad(bytes))
      return openEnvelope({
        recipient: { deviceId, sealing },
        sealed,
        findSignatureKey: async () => device.publicKey,
      })
    }
    expect(await judge(structuresLike(inner), inner, opened)).toEqual({ accepted: [] })
    expect(await judge(bytesLike(inner), inner, opened)).toEqual({ accepted: [] })
  })

  it('sealed keys: refused by a typed error, or keys of this account', async () => {
    const named = encodeCbor(['reforms sealed keys v1', userId, null])
    const statement = { userId, number: 1, accountKey: account.publicKey }
    const opened = async (bytes: Uint8Array) => {
      const sealed = await seal(sealing.publicKey, 'reforms sealed keys v1', named, bytes)
      const read = await openAccountKeys({ kind: 'recovery' }, sealing, statement, sealed)
      expect(read).toMatchObject({ userId, accountNumber: 1, accountPrivateKey: account.privateKey })
    }
    await opened(keys)
    await judge(structuresLike(keys), keys, opened)
    await judge(bytesLike(keys), keys, opened)
  })
})

describe('values made from schemas', () => {
  const record = { generation: 1, epoch: 2, epochId, secret, added: [], removed: [] }

  it.each([
    ['content', MessageContent, decodeContent],
    ['beacon', BeaconContent, decodeBeacon],
    ['commit evidence', CommitEvidence, decodeCommitEvidence],
    [
      'policy',
      ChannelPolicy,
      (bytes: Uint8Array) => policyFrom([{ extensionType: POLICY_EXTENSION_TYPE, extensionData: bytes }]),
    ],
  ] as const)('%s: what fits is read, and what does not is refused', async (_, schema, decode) => {
    const node = schema as unknown as SchemaNode
    const made = fc.oneof(fitting(node), breaking(node))
    let read = 0
    await fc.assert(
      fc.asyncProperty(made, async (value) => {
        const bytes = encodeLoosely(value)
        const outcome = await outcomeOf(async () => demandSame(encodeCbor(decode(bytes)), bytes))
        if (outcome === 'accepted') {
          expect(Value.Check(schema, decodeCbor(bytes))).toBe(true)
          read += 1
        }
      }),
      { numRuns: RUNS_EACH },
    )
    expect(read).toBeGreaterThan(RUNS_EACH / 10)
    expect(read).toBeLessThan(RUNS_EACH)
  })

  it('a record that claims ten thousand leaves and has none costs nothing', () => {
    const bytes = encodeEpochRecord(record)
    const claims = Uint8Array.from([...bytes.slice(0, -2), 0x9a, 0xff, 0xff, 0xff, 0xff, 0x80])
    const before = process.memoryUsage()
    expect(() => decodeEpochRecord(claims)).toThrow(CryptoError)
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    expect(heapUsed + arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(16 * 1024 * 1024)
  })
})
