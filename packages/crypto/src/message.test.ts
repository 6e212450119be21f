import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { ed25519 } from '@noble/curves/ed25519.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import {
  decodeCbor,
  encodeCbor,
  type ChannelId,
  type ClientId,
  type DeviceId,
  type UserId,
} from '@reforms/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSigningKeyPair } from './keys.ts'
import { decryptMessage, encryptMessage, type MessageToDecrypt } from './message.ts'
import { padmeLength } from './padme.ts'
import { code, flipEveryByte, seeded, uuid } from './testing.ts'

const random = seeded(2)
const device = createSigningKeyPair(random)
const epochSecret = random(32)
const context = {
  channelId: uuid<ChannelId>(1),
  generation: 1,
  epochId: random(16),
  deviceId: uuid<DeviceId>(2),
  clientId: uuid<ClientId>(3),
  relatesTo: 17,
  notify: [uuid<UserId>(4), uuid<UserId>(5)],
}

function encrypt(content: Uint8Array, changes = {}): Promise<Uint8Array> {
  return encryptMessage({ ...context, epochSecret, content, signatureKey: device, ...changes }, random)
}

function decrypt(payload: Uint8Array, changes: Partial<MessageToDecrypt> = {}): Promise<Uint8Array> {
  return decryptMessage({ ...context, epochSecret, payload, signerPublicKey: device.publicKey, ...changes })
}

describe('message', () => {
  it('MSG-5: gives its content back, again and again', async () => {
    const contents = fc.uint8Array({ maxLength: 5000 })
    await fc.assert(
      fc.asyncProperty(contents, async (content) => {
        const payload = await encrypt(content)
        expect(await decrypt(payload)).toEqual(content)
        expect(await decrypt(payload)).toEqual(content)
      }),
      { numRuns: 50 },
    )
  })

  it('MSG-1, MSG-2, MSG-3, MSG-4: opens by the words of the rules alone, with other implementations', async () => {
    const content = random(1000)
    const payload = decodeCbor(await encrypt(content)) as [number, ...Uint8Array[]]
    const [version, salt, commitment, ciphertext, signature] = payload as [
      number,
      ...[Uint8Array, Uint8Array, Uint8Array, Uint8Array],
    ]
    const label = 'reforms message v1'
    const { channelId, generation, epochId, deviceId, clientId, relatesTo, notify } = context
    const info = encodeCbor([label, deviceId, clientId])
    const derived = hkdf(sha256, epochSecret, salt, info, 64)
    expect([version, salt.length, commitment]).toEqual([1, 32, derived.slice(32)])
    const place = [label, version, channelId, generation, epochId, deviceId, clientId]
    const covered = [...place, 'message', relatesTo, notify, salt, commitment]
    const cipher = chacha20poly1305(derived.slice(0, 32), new Uint8Array(12), encodeCbor(covered))
    const padded = cipher.decrypt(ciphertext)
    expect(padded).toHaveLength(padmeLength(content.length + 1))
    expect(padded.slice(0, content.length)).toEqual(content)
    const signed = encodeCbor([label, [covered, ciphertext]])
    expect(ed25519.verify(signature, signed, device.publicKey)).toBe(true)
  })

  it('is never encrypted to the same bytes, yet is a function of its randomness', async () => {
    const content = random(10)
    expect(await encrypt(content)).not.toEqual(await encrypt(content))
    const fixed = () => encryptMessage({ ...context, epochSecret, content, signatureKey: device }, seeded(9))
    expect(await fixed()).toEqual(await fixed())
  })

  it('MSG-6: is refused with any byte changed or missing', async () => {
    const payload = await encrypt(random(40))
    expect(await flipEveryByte(payload, (changed) => decrypt(changed))).toEqual([])
  })

  it('MSG-3: is refused out of its place', async () => {
    const payload = await encrypt(random(40))
    const elsewhere: [Partial<MessageToDecrypt>, string][] = [
      [{ epochSecret: random(32) }, 'commitment'],
      [{ deviceId: uuid<DeviceId>(9) }, 'commitment'],
      [{ clientId: uuid<ClientId>(9) }, 'commitment'],
      [{ channelId: uuid<ChannelId>(9) }, 'tag'],
      [{ generation: 2 }, 'tag'],
      [{ epochId: random(16) }, 'tag'],
      [{ relatesTo: 18 }, 'tag'],
      [{ relatesTo: undefined }, 'tag'],
      [{ notify: undefined }, 'tag'],
      [{ notify: [] }, 'tag'],
      [{ signerPublicKey: createSigningKeyPair(random).publicKey }, 'signature'],
      [{ signerPublicKey: new Uint8Array(32) }, 'signature'],
    ]
    for (const [changes, expected] of elsewhere) {
      expect([changes, await code(decrypt(payload, changes))]).toEqual([changes, expected])
    }
    expect(await code(decrypt(payload))).toBe('accepted')
  })

  it("MSG-4, MSG-6: by another member in this device's name is refused", async () => {
    const forged = await encrypt(random(40), { signatureKey: createSigningKeyPair(random) })
    expect(await code(decrypt(forged))).toBe('signature')
  })

  it('has a cap', async () => {
    expect(await code(encrypt(new Uint8Array(300_000)))).toBe('malformed')
    expect(await code(decrypt(new Uint8Array(300_000)))).toBe('too-large')
    const notify = Array.from({ length: 101 }, (_, n) => uuid<UserId>(n))
    expect(await code(encrypt(random(3), { notify }))).toBe('malformed')
  })
})

it('BCN-1: a beacon does not open as a message, nor a message as a beacon', async () => {
  const content = new TextEncoder().encode('On holiday')
  const beacon = await encrypt(content, { kind: 'beacon' })
  expect(await decrypt(beacon, { kind: 'beacon' })).toEqual(content)
  expect(await code(decrypt(beacon))).toBe('tag')
  expect(await code(decrypt(await encrypt(content), { kind: 'beacon' }))).toBe('tag')
})
