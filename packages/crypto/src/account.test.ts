import type { DeviceId, SessionId, UserId } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import {
  signAccountStatement,
  signDeviceList,
  signIdentityReplacement,
  signSession,
} from './account-signing.ts'
import {
  verifyAccountStatement,
  verifyDeviceList,
  verifyIdentityReplacement,
  type AccountStatement,
  type ListedDevice,
} from './account.ts'
import { createSigningKeyPair } from './keys.ts'
import { verifySessionSignature } from './session.ts'
import { code, flipEveryByte, seeded, uuid } from './testing.ts'

const random = seeded(1)
const identity = createSigningKeyPair(random)
const account = createSigningKeyPair(random)
const stranger = createSigningKeyPair(random)
const userId = uuid<UserId>(1)
const fields = { userId, number: 3, accountKey: account.publicKey, recoveryKey: random(32) }

function device(n: number): ListedDevice {
  const signatureKey = createSigningKeyPair(random).publicKey
  return {
    deviceId: uuid<DeviceId>(n),
    signatureKey,
    sealingKey: random(32),
    name: `laptop ${n}`,
    addedAt: 1000 + n,
  }
}

async function statement(): Promise<AccountStatement> {
  return verifyAccountStatement(await signAccountStatement(identity, fields))
}

function list(devices: ListedDevice[]) {
  return { userId, number: 7, accountNumber: 3, devices }
}

describe('account statement', () => {
  it('ID-5: says what was signed, in the same bytes each time', async () => {
    const bytes = await signAccountStatement(identity, fields)
    expect(await signAccountStatement(identity, fields)).toEqual(bytes)
    expect(await verifyAccountStatement(bytes)).toEqual({ ...fields, identityKey: identity.publicKey })
  })

  it('is refused with any byte changed', async () => {
    const bytes = await signAccountStatement(identity, fields)
    expect(await flipEveryByte(bytes, verifyAccountStatement)).toEqual([])
  })

  it('is refused when a key in it has a small order', async () => {
    const bytes = await signAccountStatement(identity, { ...fields, accountKey: new Uint8Array(32) })
    expect(await code(verifyAccountStatement(bytes))).toBe('bad-key')
  })
})

describe('device list', () => {
  it('says what was signed', async () => {
    const devices = [device(1), device(2)]
    const bytes = await signDeviceList(account.privateKey, list(devices))
    expect(await verifyDeviceList(bytes, await statement())).toEqual(list(devices))
  })

  it('is refused with any byte changed', async () => {
    const bytes = await signDeviceList(account.privateKey, list([device(1)]))
    const known = await statement()
    expect(await flipEveryByte(bytes, (changed) => verifyDeviceList(changed, known))).toEqual([])
  })

  it('ID-5: is refused for another user, another account key, another number', async () => {
    const bytes = await signDeviceList(account.privateKey, list([device(1)]))
    const known = await statement()
    expect(await code(verifyDeviceList(bytes, { ...known, userId: uuid<UserId>(2) }))).toBe('wrong-subject')
    expect(await code(verifyDeviceList(bytes, { ...known, number: 4 }))).toBe('wrong-number')
    expect(await code(verifyDeviceList(bytes, { ...known, accountKey: stranger.publicKey }))).toBe(
      'signature',
    )
  })

  it('lists no two devices with one key, and no key of small order', async () => {
    const [one, two] = [device(1), device(2)]
    const sharing = list([one, { ...two, signatureKey: one.signatureKey }])
    expect(await code(signDeviceList(account.privateKey, sharing))).toBe('duplicate-device')
    const small = list([one, { ...two, signatureKey: new Uint8Array(32) }])
    expect(await code(signDeviceList(account.privateKey, small))).toBe('bad-key')
  })

  it('lists no device twice, and at most 50', async () => {
    const one = device(1)
    const twice = list([one, { ...device(2), deviceId: one.deviceId }])
    expect(await code(signDeviceList(account.privateKey, twice))).toBe('duplicate-device')
    const many = Array.from({ length: 51 }, (_, n) => device(n))
    expect(await code(signDeviceList(account.privateKey, list(many)))).toBe('malformed')
    const bytes = await signDeviceList(account.privateKey, list(many.slice(1)))
    expect((await verifyDeviceList(bytes, await statement())).devices).toHaveLength(50)
  })
})

describe('identity replacement', () => {
  it('is valid for the key that signed it and no other', async () => {
    const body = { userId, newIdentityKey: stranger.publicKey, replacedAt: 5 }
    const bytes = await signIdentityReplacement(identity, body)
    const expected = { ...body, oldIdentityKey: identity.publicKey }
    expect(await verifyIdentityReplacement(bytes, identity.publicKey)).toEqual(expected)
    expect(await code(verifyIdentityReplacement(bytes, stranger.publicKey))).toBe('wrong-subject')
    expect(await flipEveryByte(bytes, (b) => verifyIdentityReplacement(b, identity.publicKey))).toEqual([])
  })
})

describe('an identity replacement with a key of small order', () => {
  it('is refused, whichever it is', async () => {
    const small = new Uint8Array(32)
    const body = { userId, newIdentityKey: small, replacedAt: 5 }
    const bytes = await signIdentityReplacement(identity, body)
    expect(await code(verifyIdentityReplacement(bytes, identity.publicKey))).toBe('bad-key')
    const old = { ...identity, publicKey: small }
    const other = await signIdentityReplacement(old, { ...body, newIdentityKey: stranger.publicKey })
    expect(await code(verifyIdentityReplacement(other, small))).toBe('bad-key')
  })
})

describe('session signature', () => {
  const binding = { sessionId: uuid<SessionId>(9), challenge: random(32) }
  const deviceId = uuid<DeviceId>(1)

  it('binds this session to this device', async () => {
    const signature = await signSession({ deviceId, signature: account }, binding)
    await verifySessionSignature(account.publicKey, { deviceId, ...binding }, signature)
    const elsewhere = [
      { deviceId: uuid<DeviceId>(2), ...binding },
      { deviceId, ...binding, sessionId: uuid<SessionId>(8) },
      { deviceId, ...binding, challenge: random(32) },
    ]
    for (const other of elsewhere) {
      expect(await code(verifySessionSignature(account.publicKey, other, signature))).toBe('signature')
    }
  })
})
