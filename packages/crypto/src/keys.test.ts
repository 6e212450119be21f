import { ed25519 } from '@noble/curves/ed25519.js'
import { encodeCbor } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import { CryptoError } from './errors.ts'
import {
  createSigningKeyPair,
  sealingKeyPairFrom,
  sign,
  signBytes,
  signingKeyPairFrom,
  takeRandom,
} from './keys.ts'
import { isSmallOrder, verify, verifyBytes } from './signature.ts'
import { code, seeded } from './testing.ts'

const random = seeded(14)

describe('signatures', () => {
  it('are the ones that another implementation makes, with keys used once or often', async () => {
    const pair = createSigningKeyPair(random)
    for (let round = 0; round < 5; round += 1) {
      const message = random(50)
      expect(await signBytes(pair.privateKey, message)).toEqual(ed25519.sign(message, pair.privateKey))
    }
  })

  it('follow the key when its array is overwritten', async () => {
    const pair = createSigningKeyPair(random)
    await signBytes(pair.privateKey, random(3))
    const next = createSigningKeyPair(random)
    pair.privateKey.set(next.privateKey)
    const message = random(3)
    expect(await verifyBytes(next.publicKey, message, await signBytes(pair.privateKey, message))).toBe(true)
    pair.privateKey[31]! ^= 1
    expect(await signBytes(pair.privateKey, message)).toEqual(ed25519.sign(message, pair.privateKey))
  })

  it('ENC-4: for one purpose are not valid for another', async () => {
    const pair = createSigningKeyPair(random)
    const signature = await sign(pair.privateKey, 'reforms test v1', [1])
    expect(signature).toEqual(ed25519.sign(encodeCbor(['reforms test v1', [1]]), pair.privateKey))
    expect(await verify(pair.publicKey, 'reforms test v1', [1], signature)).toBe(true)
    expect(await verify(pair.publicKey, 'reforms test v2', [1], signature)).toBe(false)
    expect(await verify(pair.publicKey, 'reforms test v1', [2], signature)).toBe(false)
  })

  it('under keys of small order are refused', async () => {
    const point = ed25519.Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')
    const torsion = Array.from({ length: 7 }, (_, factor) => point.multiplyUnsafe(BigInt(factor + 1)))
    for (const small of [...torsion, ed25519.Point.ZERO]) expect(isSmallOrder(small.toBytes())).toBe(true)
    expect(isSmallOrder(ed25519.Point.BASE.toBytes())).toBe(false)
    const forged = new Uint8Array(64)
    forged[0] = 1
    expect(await verifyBytes(ed25519.Point.ZERO.toBytes(), random(3), forged)).toBe(false)
  })

  it('under keys of small order are refused in every spelling: with either sign, and beyond the prime', () => {
    const prime = 2n ** 255n - 19n
    const encoded = (y: bigint, sign: bigint) =>
      Uint8Array.from(Buffer.from((y + (sign << 255n)).toString(16).padStart(64, '0'), 'hex').reverse())
    for (const y of [0n, 1n, prime - 1n, prime, prime + 1n])
      for (const sign of [0n, 1n]) expect([y, sign, isSmallOrder(encoded(y, sign))]).toEqual([y, sign, true])
    for (const y of [2n, prime - 2n, prime + 2n]) expect(isSmallOrder(encoded(y, 0n))).toBe(false)
  })

  it('have 64 bytes, and keys 32: all else is no signature, and no error', async () => {
    const pair = createSigningKeyPair(random)
    const message = random(9)
    const signature = await signBytes(pair.privateKey, message)
    const longer = Uint8Array.from([...signature, 0])
    expect(await verifyBytes(pair.publicKey, message, longer)).toBe(false)
    expect(await verifyBytes(pair.publicKey, message, signature.subarray(1))).toBe(false)
    expect(await verifyBytes(pair.publicKey.subarray(1), message, signature)).toBe(false)
    expect(await verifyBytes(pair.publicKey, message, signature)).toBe(true)
  })

  it('need keys of 32 bytes', async () => {
    expect(await code((async () => signingKeyPairFrom(random(31)))())).toBe('bad-key')
    expect(await code((async () => sealingKeyPairFrom(random(31)))())).toBe('bad-key')
    expect(await code(signBytes(random(31), random(3)))).toBe('bad-key')
    expect(await code((async () => createSigningKeyPair((length) => random(length - 1)))())).toBe('bad-key')
  })

  it('takes no fewer random bytes than it asked for, and no more', () => {
    expect(takeRandom(random, 12)).toHaveLength(12)
    for (const length of [0, 11, 13]) expect(() => takeRandom(() => random(length), 12)).toThrow(CryptoError)
  })
})
