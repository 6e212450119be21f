import type { ChannelId, ClientId, DeviceId, UserId } from '@reforms/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSigningKeyPair } from './keys.ts'
import { decryptMessage, encryptMessage, type MessageToDecrypt } from './message.ts'
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
  it('gives its content back, again and again', async () => {
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

  it('is never encrypted to the same bytes, yet is a function of its randomness', async () => {
    const content = random(10)
    expect(await encrypt(content)).not.toEqual(await encrypt(content))
    const fixed = () => encryptMessage({ ...context, epochSecret, content, signatureKey: device }, seeded(9))
    expect(await fixed()).toEqual(await fixed())
  })

  it('is refused with any byte changed or missing', async () => {
    const payload = await encrypt(random(40))
    expect(await flipEveryByte(payload, (changed) => decrypt(changed))).toEqual([])
  })

  it('is refused out of its place', async () => {
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

  it("by another member in this device's name is refused", async () => {
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
