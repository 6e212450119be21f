import type { BlobId, ChannelId, ClientId, DeviceId, UserId } from '@reforms/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signAccountStatement, signDeviceList, signIdentityReplacement } from './account-signing.ts'
import { verifyAccountStatement, verifyDeviceList, verifyIdentityReplacement } from './account.ts'
import { decodeContent, encodeContent } from './content.ts'
import { openEnvelope, sealEnvelope } from './envelope.ts'
import { decodeEpochRecord, encodeEpochRecord, openHistory, sealHistory } from './epoch.ts'
import { decryptFile, encryptFile } from './file.ts'
import { MerkleAccumulator, decodeKeyLogEntry, encodeKeyLogEntry } from './key-log.ts'
import { createSealingKeyPair, createSigningKeyPair } from './keys.ts'
import { decryptMessage, encryptMessage } from './message.ts'
import { signRedaction } from './redaction-signing.ts'
import { verifyRedaction } from './redaction.ts'
import { openAccountKeys, sealAccountKeys } from './sealed-keys.ts'
import { code, seeded, uuid } from './testing.ts'
import { openVaultRecord, sealVaultRecord, unwrapVaultKey, wrapVaultKey } from './vault.ts'

const RUNS_EACH = 150
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

/** Changes to bytes, of the kinds that find faults in decoders. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), value: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), value: fc.nat({ max: 40 }) }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), value: fc.nat({ max: 255 }) }),
  fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(), value: fc.integer({ min: 1, max: 40 }) }),
)
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never

function mutate(bytes: Uint8Array, { kind, at, value }: Mutation): Uint8Array {
  const position = at % (bytes.length + 1)
  const [before, after] = [[...bytes.slice(0, position)], [...bytes.slice(position)]]
  if (kind === 'flip')
    return Uint8Array.from([...before, ...after.slice(0, 1).map((b) => b ^ value), ...after.slice(1)])
  if (kind === 'cut') return Uint8Array.from([...before, ...after.slice(value)])
  if (kind === 'insert') return Uint8Array.from([...before, value, ...after])
  return Uint8Array.from([...before, ...after.slice(0, value), ...after])
}

/** Counts what was accepted though it differs from the original, or refused otherwise than by a CryptoError. */
async function fuzz(original: Uint8Array, open: (bytes: Uint8Array) => Promise<unknown>): Promise<number> {
  let accepted = 0
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
      const bytes = mutations.reduce(mutate, original)
      if (Buffer.compare(bytes, original) !== 0 && (await code(open(bytes))) === 'accepted') accepted += 1
    }),
    { numRuns: RUNS_EACH },
  )
  return accepted
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
  const newer = { number: 2, key: random(32) }
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
    redaction: {
      original: await signRedaction(device, { channelId, seq: 1, clientId, blobs: [uuid<BlobId>(5)] }),
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
    'wrapped vault key': {
      original: await wrapVaultKey(vaultKey, newer),
      open: (bytes) => unwrapVaultKey(bytes, newer),
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
    'key log entry': {
      original: encodeKeyLogEntry({ ...entry, accountNumber: 1, deviceListNumber: 1 }),
      again: (bytes) => encodeKeyLogEntry(decodeKeyLogEntry(bytes)),
    },
    'key log state': { original: tree.encode(), again: (bytes) => MerkleAccumulator.decode(bytes).encode() },
  }
}

const targets = await authenticated()

describe('mutated', () => {
  it.each(Object.keys(targets))('%s: refused by a typed error', async (name) => {
    const { original, open } = targets[name]!
    await open(original)
    expect(await fuzz(original, open)).toBe(0)
  })

  it.each(Object.entries(plain()))('%s: refused, or read as what it says', async (_, { original, again }) => {
    expect(again(original)).toEqual(original)
    const reread = async (bytes: Uint8Array) => expect(again(bytes)).toEqual(bytes)
    expect(await fuzz(original, reread)).toBeLessThan(RUNS_EACH)
  })

  it('is noticed where nothing is checked (positive control)', async () => {
    expect(await fuzz(random(40), async (bytes) => bytes)).toBeGreaterThan(0)
  })
})
