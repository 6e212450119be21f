import {
  defaultCapabilities,
  generateKeyPackage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  type KeyPackage,
} from 'ts-mls'
import { signKeyPackage } from 'ts-mls/keyPackage.js'
import { describe, expect, it } from 'vitest'
import { credentialOf } from './credential.ts'
import { createKeyPackage, generateFor } from './key-package-creation.ts'
import { checkKeyPackage, inspectKeyPackage } from './key-package.ts'
import { loadSuite, type Suite } from './suite.ts'
import { DAY_MS, NOW, person, refusal } from './testing.ts'
import { encodeMessage } from './wire.ts'

const FOREVER = { notBefore: 0n, notAfter: 9_000_000_000n }

async function foreign(suite: Suite, identity?: Uint8Array, lifetime = FOREVER): Promise<Uint8Array> {
  const [device] = (await person(1)).devices
  const credential = identity ? { credentialType: 'basic' as const, identity } : credentialOf(device!)
  const capabilities = {
    ...defaultCapabilities(),
    ...(identity ? { ciphersuites: [suite.name], extensions: [0xf0f1] } : {}),
  }
  const { publicPackage } = await generateKeyPackage(credential, capabilities, lifetime, [], suite)
  return encodeMessage({ version: 'mls10', wireformat: 'mls_key_package', keyPackage: publicPackage })
}

describe('key packages', () => {
  it('list no kind of proposal: those that we use need no listing (RFC 9420, section 7.2)', async () => {
    const device = (await person(1)).devices[0]!
    const options = { now: NOW, lastResort: false, suite: await loadSuite() }
    const { publicPackage } = await generateFor(device, options)
    expect(publicPackage.leafNode.capabilities.proposals).toEqual([])
  })

  it.each([true, false])(
    'say whose they are, and whether they are the last resort (%s)',
    async (lastResort) => {
      const device = (await person(1)).devices[0]!
      const { keyPackage, ref } = await createKeyPackage(device, { now: NOW, lastResort })
      const { userId, deviceId, identityKey, signature } = device
      expect(await inspectKeyPackage(keyPackage, NOW)).toEqual({
        userId,
        deviceId,
        identityKey,
        signatureKey: signature.publicKey,
        ref,
        lastResort,
        notAfter: NOW + 90 * DAY_MS,
      })
    },
  )

  it('live for 90 days, and begin a day early for clocks that are slow', async () => {
    const { keyPackage } = await createKeyPackage((await person(1)).devices[0]!, {
      now: NOW,
      lastResort: true,
    })
    const at = (now: number) => refusal(inspectKeyPackage(keyPackage, now))
    expect(await at(NOW - DAY_MS)).toBe('accepted')
    expect(await at(NOW - 3 * DAY_MS)).toBe('expired')
    expect(await at(NOW + 90 * DAY_MS)).toBe('accepted')
    expect(await at(NOW + 90 * DAY_MS + 1)).toBe('expired')
  })

  it('DIR-3: are refused when they live longer, however they were made', async () => {
    const { identity } = credentialOf((await person(1)).devices[0]!) as { identity: Uint8Array }
    const living = async (days: number) => {
      const [from, day] = [BigInt(NOW / 1000), BigInt(DAY_MS / 1000)]
      const lifetime = { notBefore: from - day, notAfter: from + BigInt(days) * day }
      return refusal(inspectKeyPackage(await foreign(await loadSuite(), identity, lifetime), NOW))
    }
    expect([await living(90), await living(91)]).toEqual(['accepted', 'expired'])
    expect(await refusal(inspectKeyPackage(await foreign(await loadSuite(), identity), NOW))).toBe('expired')
  })

  it('are refused when changed, wherever', async () => {
    const { keyPackage } = await createKeyPackage((await person(1)).devices[0]!, {
      now: NOW,
      lastResort: false,
    })
    for (let position = 0; position < keyPackage.length; position += 1) {
      const changed = keyPackage.slice()
      changed[position]! ^= 1 << (position % 8)
      expect(await refusal(inspectKeyPackage(changed, NOW))).not.toBe('accepted')
    }
  })

  it('are refused when they are not for our groups', async () => {
    const suite1 = getCiphersuiteFromName('MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519')
    const inspect = async (bytes: Uint8Array) => refusal(inspectKeyPackage(bytes, NOW))
    expect(await inspect(await foreign(await getCiphersuiteImpl(suite1)))).toBe('wrong-suite')
    expect(await inspect(await foreign(await loadSuite()))).toBe('bad-capabilities')
    expect(await inspect(await foreign(await loadSuite(), new Uint8Array([1, 2])))).toBe('bad-credential')
    expect(await inspect(new Uint8Array(9000))).toBe('malformed')
    expect(await inspect(new Uint8Array())).toBe('malformed')
  })
  it('LIM-6: are refused for each fault alone: version, ciphersuite, keys that are one, either signature', async () => {
    const suite = await loadSuite()
    const device = (await person(1)).devices[0]!
    const { publicPackage } = await generateFor(device, { now: NOW, lastResort: false, suite })
    const check = (keyPackage: KeyPackage) => refusal(checkKeyPackage(keyPackage, suite))
    const { privateKey } = device.signature
    const signed = (changes: object) =>
      signKeyPackage({ ...publicPackage, ...changes } as KeyPackage, privateKey, suite.signature)
    const flipped = (bytes: Uint8Array) => bytes.with(0, bytes[0]! ^ 1)
    const { leafNode, signature } = publicPackage
    expect(await check(publicPackage)).toBe('accepted')
    expect(await check({ ...publicPackage, version: 'mls11' as 'mls10' })).toBe('wrong-suite')
    const other = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'
    expect(await check(await signed({ cipherSuite: other }))).toBe('wrong-suite')
    expect(await check(await signed({ initKey: leafNode.hpkePublicKey }))).toBe('malformed')
    for (const length of [0, 31, 33, 4000]) {
      const key = new Uint8Array(length).fill(7)
      expect(await check(await signed({ initKey: key }))).toBe('malformed')
      expect(await check(await signed({ leafNode: { ...leafNode, hpkePublicKey: key } }))).toBe('malformed')
    }
    expect(await check({ ...publicPackage, signature: flipped(signature) })).toBe('bad-signature')
    const unsigned = { ...leafNode, signature: flipped(leafNode.signature) }
    expect(await check(await signed({ leafNode: unsigned }))).toBe('bad-signature')
  })
})
