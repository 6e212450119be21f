/** Sealing is our own, opening is the library's (@hpke/core): two implementations of RFC 9180 check each other. */
import { getCiphersuiteFromName, getCiphersuiteImpl, type CiphersuiteImpl } from 'ts-mls'
import { beforeAll, describe, expect, it } from 'vitest'
import { seeded } from '../testing.ts'
import { importPublicKey, seal } from './hpke-seal.ts'
import { SUITE_NAME } from './suite.ts'

const random = seeded(9)
let published: CiphersuiteImpl

beforeAll(async () => {
  published = await getCiphersuiteImpl(getCiphersuiteFromName(SUITE_NAME))
})

async function pair() {
  const { publicKey, privateKey } = await published.hpke.deriveKeyPair(random(32))
  return { publicKey, privateKey, bytes: await published.hpke.exportPublicKey(publicKey) }
}

describe('what is sealed', () => {
  it.each([
    [0, 0, 0],
    [32, 300, 0],
    [1000, 1, 20],
  ])(
    'opens in the library: %i bytes, info of %i, associated data of %i',
    async (length, info, associated) => {
      const { privateKey, bytes } = await pair()
      const [plaintext, context, data] = [random(length), random(info), random(associated)]
      const { ct, enc } = await seal(await importPublicKey(bytes), plaintext, context, data)
      expect(ct).toHaveLength(length + 16)
      expect(await published.hpke.open(privateKey, enc, ct, context, data)).toEqual(plaintext)
    },
  )

  it('opens with the same info, associated data and key only', async () => {
    const { privateKey, bytes } = await pair()
    const [info, data] = [random(8), random(8)]
    const { ct, enc } = await seal(await importPublicKey(bytes), random(32), info, data)
    const { open } = published.hpke
    await expect(open(privateKey, enc, ct, random(8), data)).rejects.toThrow()
    await expect(open(privateKey, enc, ct, info, random(8))).rejects.toThrow()
    await expect(open((await pair()).privateKey, enc, ct, info, data)).rejects.toThrow()
  })

  it('has a fresh ephemeral key each time, to a key that the library imported too', async () => {
    const { publicKey, privateKey } = await pair()
    const [one, other] = [
      await seal(publicKey, random(32), random(8)),
      await seal(publicKey, random(32), random(8)),
    ]
    expect(one.enc).not.toEqual(other.enc)
    const info = random(8)
    const { ct, enc } = await seal(publicKey, Uint8Array.of(7), info)
    expect(await published.hpke.open(privateKey, enc, ct, info)).toEqual(Uint8Array.of(7))
  })
})

it('RFC 9180, section 7.1.4: nothing is sealed to a key that shares no secret', async () => {
  const one = Uint8Array.of(1, ...new Uint8Array(31))
  for (const bytes of [new Uint8Array(32), one]) {
    await expect(importPublicKey(bytes).then((key) => seal(key, random(32), random(8)))).rejects.toThrow()
  }
  await expect(importPublicKey(random(31))).rejects.toThrow()
})
