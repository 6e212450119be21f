import { mnemonicToSeedWebcrypto } from '@scure/bip39'
import { describe, expect, it } from 'vitest'
import { sign } from './keys.ts'
import { checkPhrase, createPhrase, keysFromPhrase } from './phrase.ts'
import { verify } from './signature.ts'
import { code, seeded } from './testing.ts'

const ABANDON =
  'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about'

describe('recovery phrase', () => {
  it('has twelve words and passes its own check', () => {
    const phrase = createPhrase(seeded(4))
    expect(phrase.split(' ')).toHaveLength(12)
    expect(checkPhrase(phrase)).toEqual({ ok: true, phrase })
  })

  it('is read in any case, with any white space', () => {
    expect(checkPhrase(`  ${ABANDON.toUpperCase().replaceAll(' ', '\n\t ')} `)).toEqual({
      ok: true,
      phrase: ABANDON,
    })
  })

  it('names what is wrong', () => {
    expect(checkPhrase('abandon about')).toEqual({ ok: false, problem: 'length' })
    expect(checkPhrase('')).toEqual({ ok: false, problem: 'length' })
    expect(checkPhrase(ABANDON.replace('about', 'abuot'))).toEqual({
      ok: false,
      problem: 'word',
      word: 'abuot',
    })
    expect(checkPhrase(ABANDON.replace('about', 'abandon'))).toEqual({ ok: false, problem: 'checksum' })
    expect(checkPhrase(`${ABANDON} `.repeat(20))).toEqual({ ok: false, problem: 'length' })
    const spaced = (chars: number) => ABANDON + ' '.repeat(chars - ABANDON.length)
    expect(checkPhrase(spaced(1000))).toMatchObject({ ok: true })
    expect(checkPhrase(spaced(1001))).toEqual({ ok: false, problem: 'length' })
  })

  it('gives the seed of the published BIP-39 vector', async () => {
    const seed = await mnemonicToSeedWebcrypto(ABANDON)
    expect(Buffer.from(seed).toString('hex')).toBe(
      '5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc1' +
        '9a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4',
    )
  })

  it('gives the same keys each time, and other keys for other words', async () => {
    const keys = await keysFromPhrase(ABANDON)
    expect(await keysFromPhrase(ABANDON.toUpperCase())).toEqual(keys)
    const others = await keysFromPhrase(createPhrase(seeded(5)))
    expect(others.identity.publicKey).not.toEqual(keys.identity.publicKey)
    expect(keys.identity.privateKey).not.toEqual(keys.recovery.privateKey)
  })

  it('gives an identity that signs', async () => {
    const { identity } = await keysFromPhrase(ABANDON)
    const signature = await sign(identity.privateKey, 'test', { a: 1 })
    expect(await verify(identity.publicKey, 'test', { a: 1 }, signature)).toBe(true)
    expect(await verify(identity.publicKey, 'other', { a: 1 }, signature)).toBe(false)
    expect(await code(keysFromPhrase('abandon about'))).toBe('malformed')
  })
})
