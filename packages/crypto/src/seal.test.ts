import { decodeCbor, encodeCbor, limits, type ChannelId, type DeviceId, type UserId } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import { openEnvelope, sealEnvelope, type EnvelopeBody } from './envelope.ts'
import { createSealingKeyPair, createSigningKeyPair } from './keys.ts'
import { pad, unpad } from './padme.ts'
import { open, seal } from './seal.ts'
import { openAccountKeys, sealAccountKeys, type KeysRecipient } from './sealed-keys.ts'
import { code, flipEveryByte, seeded, uuid } from './testing.ts'

const random = seeded(6)
const pair = createSealingKeyPair(random)
const other = createSealingKeyPair(random)
const associated = random(8)

describe('seal', () => {
  it('opens with the same key, purpose and associated data only', async () => {
    const sealed = await seal(pair.publicKey, 'test', associated, random(20))
    expect(await open(pair, 'test', associated, sealed)).toHaveLength(20)
    expect(await code(open(other, 'test', associated, sealed))).toBe('tag')
    expect(await code(open(pair, 'other', associated, sealed))).toBe('tag')
    expect(await code(open(pair, 'test', random(8), sealed))).toBe('tag')
    expect(await flipEveryByte(sealed, (changed) => open(pair, 'test', associated, changed))).toEqual([])
  })

  it('refuses keys that share no secret', async () => {
    expect(await code(seal(new Uint8Array(32), 'test', associated, random(20)))).toBe('bad-key')
    expect(await code(seal(random(31), 'test', associated, random(20)))).toBe('bad-key')
  })
})

describe('sealed keys', () => {
  const account = createSigningKeyPair(random)
  const userId = uuid<UserId>(1)
  const statement = { userId, number: 2, accountKey: account.publicKey }
  const vaultKeys = [{ number: 1, key: random(32) }]
  const keys = { userId, accountNumber: 2, accountPrivateKey: account.privateKey, vaultKeys }
  const device: KeysRecipient = { kind: 'device', deviceId: uuid<DeviceId>(7) }

  it('open for the recipient that they were sealed for', async () => {
    for (const recipient of [device, { kind: 'recovery' } as const]) {
      const sealed = await sealAccountKeys(recipient, pair.publicKey, keys)
      expect(await openAccountKeys(recipient, pair, statement, sealed)).toEqual(keys)
    }
    const sealed = await sealAccountKeys(device, pair.publicKey, keys)
    expect(await code(openAccountKeys({ kind: 'recovery' }, pair, statement, sealed))).toBe('tag')
  })

  it('are refused when they are not of the account key that the statement names', async () => {
    const sealed = await sealAccountKeys(device, pair.publicKey, keys)
    expect(await code(openAccountKeys(device, pair, { ...statement, number: 3 }, sealed))).toBe(
      'wrong-number',
    )
    const forged = await sealAccountKeys(device, pair.publicKey, { ...keys, accountPrivateKey: random(32) })
    expect(await code(openAccountKeys(device, pair, statement, forged))).toBe('bad-key')
    expect(
      await flipEveryByte(sealed, (changed) => openAccountKeys(device, pair, statement, changed)),
    ).toEqual([])
  })
})

describe('sealed keys of somebody else', () => {
  const account = createSigningKeyPair(random)
  const statement = { userId: uuid<UserId>(1), number: 2, accountKey: account.publicKey }
  const keys = {
    accountNumber: 2,
    accountPrivateKey: account.privateKey,
    vaultKeys: [{ number: 1, key: random(32) }],
  }
  const label = 'reforms sealed keys v1'

  it('DIR-6: are refused where they name another user than the one they were sealed for', async () => {
    const sealedFor = async (userId: UserId) => {
      const place = encodeCbor([label, statement.userId, null])
      const sealed = await seal(pair.publicKey, label, place, encodeCbor({ ...keys, userId }))
      return code(openAccountKeys({ kind: 'recovery' }, pair, statement, sealed))
    }
    expect(await sealedFor(statement.userId)).toBe('accepted')
    expect(await sealedFor(uuid<UserId>(9))).toBe('wrong-subject')
  })

  it('LIM-1: are refused unread where they are too many', async () => {
    const opened = (length: number) =>
      code(openAccountKeys({ kind: 'recovery' }, pair, statement, new Uint8Array(length)))
    expect(await opened(limits.SEALED_KEYS_MAX_BYTES)).toBe('tag')
    expect(await opened(limits.SEALED_KEYS_MAX_BYTES + 1)).toBe('too-large')
    expect(await opened(48)).toBe('tag')
    expect(await opened(47)).toBe('malformed')
  })
})

describe('envelope', () => {
  const signature = createSigningKeyPair(random)
  const sender = { userId: uuid<UserId>(1), deviceId: uuid<DeviceId>(2), signature }
  const recipient = { deviceId: uuid<DeviceId>(3), sealing: pair }
  const to = { deviceId: recipient.deviceId, sealingKey: pair.publicKey }
  const channelId = uuid<ChannelId>(4)
  const findSignatureKey = async () => signature.publicKey
  const bodies: EnvelopeBody[] = [
    { type: 'history', channelId, records: [random(50), random(60)] },
    { type: 'history-request', channelId, epochs: [{ generation: 1, epoch: 0 }] },
    { type: 'link', secret: random(32), accountStatement: random(200), deviceList: random(300) },
  ]

  it('MBX-1, MBX-2: tells its recipient who sent what', async () => {
    for (const body of bodies) {
      const sealed = await sealEnvelope({ recipient: to, sender, body })
      const opened = await openEnvelope({ recipient, sealed, findSignatureKey })
      expect(opened).toEqual({ sender: { userId: sender.userId, deviceId: sender.deviceId }, body })
    }
  })

  it('MBX-2: is refused from a device that is not listed, or signed by another', async () => {
    const sealed = await sealEnvelope({ recipient: to, sender, body: bodies[1]! })
    const unlisted = async () => undefined
    expect(await code(openEnvelope({ recipient, sealed, findSignatureKey: unlisted }))).toBe('missing-key')
    const stranger = async () => createSigningKeyPair(random).publicKey
    expect(await code(openEnvelope({ recipient, sealed, findSignatureKey: stranger }))).toBe('signature')
  })

  it('LIM-1: is as large as a mailbox takes, and no larger, and so is what it was sealed of', async () => {
    const openedOf = (length: number) =>
      code(openEnvelope({ recipient, sealed: new Uint8Array(length), findSignatureKey }))
    expect(await openedOf(limits.ENVELOPE_MAX_BYTES)).toBe('tag')
    expect(await openedOf(limits.ENVELOPE_MAX_BYTES + 1)).toBe('too-large')
    const sealedOf = (length: number) => {
      const records = [random(length), random(length)]
      return sealEnvelope({ recipient: to, sender, body: { type: 'history', channelId, records } })
    }
    expect((await sealedOf(111_000)).length).toBeLessThanOrEqual(limits.ENVELOPE_MAX_BYTES)
    expect(await code(sealedOf(112_000))).toBe('too-large')
  })

  it('MBX-1: is refused by another device, even one that holds the same sealing key', async () => {
    const sealed = await sealEnvelope({ recipient: to, sender, body: bodies[1]! })
    const another = { deviceId: uuid<DeviceId>(5), sealing: pair }
    expect(await code(openEnvelope({ recipient: another, sealed, findSignatureKey }))).toBe('tag')
  })

  it('MBX-1: shows nothing of its sender, its channel or what it says', async () => {
    const sealed = await sealEnvelope({ recipient: to, sender, body: bodies[0]! })
    const shown = Buffer.from(sealed)
    for (const text of [sender.userId, sender.deviceId, channelId, 'history']) {
      expect(shown.includes(text)).toBe(false)
    }
    const again = await sealEnvelope({ recipient: to, sender, body: bodies[0]! })
    expect([again.length, again]).toEqual([sealed.length, expect.not.objectContaining(sealed)])
  })

  it('MBX-2: cannot be sealed again for somebody else, nor after naming them in it', async () => {
    const label = 'reforms envelope v1'
    const place = (deviceId: DeviceId) => encodeCbor([label, deviceId])
    const sealed = await sealEnvelope({ recipient: to, sender, body: bodies[1]! })
    const inner = await open(pair, label, place(recipient.deviceId), sealed)
    const another = { deviceId: uuid<DeviceId>(5), sealing: other }
    const reseal = async (letter: Uint8Array, deviceId: DeviceId) => {
      const resealed = await seal(other.publicKey, label, place(deviceId), letter)
      return code(openEnvelope({ recipient: { ...another, deviceId }, sealed: resealed, findSignatureKey }))
    }
    expect(await reseal(inner, another.deviceId)).toBe('wrong-subject')
    const [, letter, signed] = decodeCbor(unpad(inner)) as [string, object, Uint8Array]
    const renamed = encodeCbor([label, { ...letter, recipient: another.deviceId }, signed])
    expect(await reseal(pad(renamed), another.deviceId)).toBe('signature')
    expect(await reseal(inner, recipient.deviceId)).toBe('accepted')
  })

  it('is refused with any byte changed or missing', async () => {
    const sealed = await sealEnvelope({ recipient: to, sender, body: bodies[1]! })
    const opened = (changed: Uint8Array) => openEnvelope({ recipient, sealed: changed, findSignatureKey })
    expect(await flipEveryByte(sealed, opened)).toEqual([])
  })
})
