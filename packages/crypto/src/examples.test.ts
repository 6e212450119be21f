/**
 * docs/protocol/examples.json: the bytes that a second program has to make. Whoever changes a format changes that file,
 * and every client with it.
 */
import {
  decodeCbor,
  encodeCbor,
  type ChannelId,
  type ChannelPolicy,
  type ClientId,
  type DeviceId,
  type SessionId,
  type UserId,
} from '@reforms/protocol'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { signAccountStatement, signDeviceList, signSession } from './account-signing.ts'
import { encodeContent } from './content.ts'
import { decodeEpochRecord, encodeEpochRecord, openHistory, sealHistory } from './epoch.ts'
import { decryptFile, encryptFile } from './file.ts'
import { MerkleAccumulator, encodeKeyLogEntry, hashDocument } from './key-log.ts'
import { sealingKeyPairFrom, signingKeyPairFrom, type SealingKeyPair, type SigningKeyPair } from './keys.ts'
import { hashPayload, nextHead } from './log-hash.ts'
import { decryptMessage, encryptMessage } from './message.ts'
import { signAdmission } from './mls/admission-signing.ts'
import { credentialOf } from './mls/credential.ts'
import { groupIdOf } from './mls/group-id.ts'
import { policyExtensions } from './mls/policy-extension.ts'
import { keysFromPhrase } from './phrase.ts'
import { signRedaction } from './redaction-signing.ts'
import { safetyNumber } from './safety-number.ts'
import { sealVaultRecord, vaultNameKey, vaultRecordId } from './vault.ts'

const published = JSON.parse(
  readFileSync(new URL('../../../docs/protocol/examples.json', import.meta.url), 'utf8'),
) as Record<string, unknown>

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const filled = (byte: number, length = 32) => new Uint8Array(length).fill(byte)
const pair = ({ privateKey, publicKey }: SigningKeyPair | SealingKeyPair) => ({
  privateKey: hex(privateKey),
  publicKey: hex(publicKey),
})

const userId = '01890000-0000-7000-8000-000000000001' as UserId
const deviceId = '01890000-0000-7000-8000-000000000002' as DeviceId
const channelId = '01890000-0000-7000-8000-000000000003' as ChannelId
const clientId = '01890000-0000-7000-8000-000000000004' as ClientId
const sessionId = '01890000-0000-7000-8000-000000000005' as SessionId
const time = 1_700_000_000_000
const words = `${'abandon '.repeat(11)}about`
const { identity, recovery } = await keysFromPhrase(words)
const account = signingKeyPairFrom(filled(1))
const device = signingKeyPairFrom(filled(2))
const sealing = sealingKeyPairFrom(filled(3))
const epoch = { epochSecret: filled(4), epochId: filled(5, 16), channelId, generation: 1 }
const leaf = {
  leafIndex: 0,
  userId,
  deviceId,
  identityKey: identity.publicKey,
  signatureKey: device.publicKey,
}

async function identityExamples() {
  const accountStatement = await signAccountStatement(identity, {
    userId,
    number: 1,
    accountKey: account.publicKey,
    recoveryKey: recovery.publicKey,
  })
  const listed = { deviceId, signatureKey: device.publicKey, sealingKey: sealing.publicKey }
  const deviceList = await signDeviceList(account.privateKey, {
    userId,
    number: 1,
    accountNumber: 1,
    devices: [{ ...listed, name: 'Desk', addedAt: time }],
  })
  const challenge = filled(11)
  return {
    identifiers: { userId, deviceId, channelId, clientId, sessionId, time },
    keys: { phrase: words, identity, recovery, account, device, sealing },
    accountStatement: hex(accountStatement),
    deviceList: hex(deviceList),
    safetyNumber: await safetyNumber(identity.publicKey, userId, account.publicKey, deviceId as never),
    session: {
      challenge: hex(challenge),
      signature: hex(await signSession({ deviceId, signature: device }, { sessionId, challenge })),
    },
    keyLog: keyLogExamples(deviceList),
  }
}

function keyLogExamples(deviceList: Uint8Array) {
  const entry = encodeKeyLogEntry({
    userId,
    identityKey: identity.publicKey,
    accountKey: account.publicKey,
    accountNumber: 1,
    deviceListNumber: 1,
    deviceListHash: hashDocument(deviceList),
  })
  const tree = new MerkleAccumulator()
  const roots = Array.from({ length: 3 }, () => {
    tree.append(entry)
    return hex(tree.root())
  })
  return { entry: hex(entry), roots }
}

async function groupExamples() {
  const policy: ChannelPolicy = {
    version: 1,
    kind: 'private',
    history: 'joining',
    retentionDays: 0,
    admitters: 'members',
    moderators: [identity.publicKey],
    participants: [],
  }
  const credential = credentialOf(leaf)
  const admission = { channelId, identityKey: identity.publicKey, expiry: time }
  return {
    groupId: hex(groupIdOf(epoch)),
    credential: hex((credential as { identity: Uint8Array }).identity),
    policy: hex(policyExtensions(policy)[0]!.extensionData),
    admission: hex(await signAdmission(device, admission)),
  }
}

async function epochExamples() {
  const record = encodeEpochRecord({
    ...{ generation: 1, epoch: 0, epochId: epoch.epochId, secret: epoch.epochSecret },
    ...{ added: [leaf], removed: [] },
  })
  const salt = filled(8)
  const sealed = await sealHistory(epoch.epochSecret, epoch, [decodeEpochRecord(record)], () => salt)
  expect(await openHistory(epoch.epochSecret, epoch, sealed)).toEqual([decodeEpochRecord(record)])
  return {
    ...{ secret: hex(epoch.epochSecret), epochId: hex(epoch.epochId), record: hex(record) },
    history: { salt: hex(salt), sealed: hex(sealed) },
  }
}

async function messageExamples() {
  const content = encodeContent({
    type: 'text',
    text: 'Hello',
    sent: { seq: 0, head: filled(0) },
    sentAt: time,
  })
  const place = { ...epoch, deviceId, clientId }
  const payload = await encryptMessage({ ...place, content, signatureKey: device }, () => filled(6))
  expect(await decryptMessage({ ...place, payload, signerPublicKey: device.publicKey })).toEqual(content)
  const [, salt, commitment, ciphertext, signature] = decodeCbor(payload) as [1, ...Uint8Array[]]
  const header = { channelId, seq: 1, kind: 'message', generation: 1, epoch: 0, sender: deviceId, clientId }
  const inOrder = [1, channelId, 1, 'message', 1, 0, deviceId, clientId, null, null, time]
  const payloadHash = hashPayload(payload)
  return {
    message: {
      ...{ content: hex(content), salt: hex(salt!), commitment: hex(commitment!) },
      ...{ ciphertext: hex(ciphertext!), signature: hex(signature!), payload: hex(payload) },
    },
    entry: {
      header: hex(encodeCbor(inOrder)),
      payloadHash: hex(payloadHash),
      head: hex(nextHead(filled(0), { ...header, at: time }, payloadHash)),
    },
    redaction: hex(await signRedaction(device, { channelId, seq: 1, clientId })),
  }
}

async function vaultExamples() {
  const [vaultKey, salt] = [{ number: 1, key: filled(7) }, filled(8)]
  const name = `read/${channelId}`
  const nameKey = await vaultNameKey(vaultKey.key)
  const recordId = await vaultRecordId(nameKey, name)
  const content = encodeCbor(5)
  const sealed = await sealVaultRecord({ vaultKey, recordId, version: 1, name, content }, () => salt)
  return {
    ...{ key: hex(vaultKey.key), nameKey: hex(nameKey), name, recordId: hex(recordId), version: 1 },
    ...{ salt: hex(salt), content: hex(content), record: hex(sealed) },
  }
}

async function fileExamples() {
  const [key, plaintext] = [filled(10), new TextEncoder().encode('abc')]
  const { sealed, hash } = await encryptFile(plaintext, key)
  expect(await decryptFile(sealed, key, hash)).toEqual(plaintext)
  return { key: hex(key), plaintext: hex(plaintext), sealed: hex(sealed), hash: hex(hash) }
}

describe('the examples of docs/protocol', () => {
  it('ID-4, ID-5, ENC-4, KL-1: of an identity are the bytes that this program makes', async () => {
    const { keys, ...rest } = await identityExamples()
    const { phrase, ...pairs } = keys
    const named = Object.fromEntries(Object.entries(pairs).map(([name, each]) => [name, pair(each)]))
    expect({ ...rest, keys: { phrase, ...named } }).toEqual(published['identity'])
  })

  it('GEN-1, POL-1, POL-3: of a group', async () => {
    expect(await groupExamples()).toEqual(published['group'])
  })

  it('EPO-2, EPO-4: of an epoch', async () => {
    expect(await epochExamples()).toEqual(published['epoch'])
  })

  it('MSG-1, MSG-2, MSG-3, MSG-4, LOG-2, LOG-3, LOG-14: of a message in its place', async () => {
    expect(await messageExamples()).toEqual(published['message'])
  })

  it('VLT-1, VLT-3: of a vault', async () => {
    expect(await vaultExamples()).toEqual(published['vault'])
  })

  it('FIL-2, FIL-4: of a file', async () => {
    expect(await fileExamples()).toEqual(published['file'])
  })
})
