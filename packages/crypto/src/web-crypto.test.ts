import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { seeded } from './testing.ts'

/** The same work on a platform whose WebCrypto lacks the newer algorithms. */
describe('where WebCrypto lacks Ed25519', () => {
  beforeEach(() => {
    const { subtle } = crypto
    const refuse = async () => Promise.reject(new DOMException('unknown', 'NotSupportedError'))
    const older = new Proxy(subtle, {
      get: (target, name) => (name === 'generateKey' ? refuse : Reflect.get(target, name, target)),
    })
    vi.stubGlobal('crypto', { subtle: older })
    vi.resetModules()
  })
  afterEach(() => vi.unstubAllGlobals())

  it('signatures are made and judged the same', async () => {
    const { createSigningKeyPair, signBytes } = await import('./keys.ts')
    const { verifyBytes } = await import('./signature.ts')
    const { supportsAlgorithm } = await import('./web-crypto.ts')
    expect(await supportsAlgorithm('Ed25519')).toBe(false)
    const random = seeded(15)
    const pair = createSigningKeyPair(random)
    const message = random(40)
    const signature = await signBytes(pair.privateKey, message)
    expect(await verifyBytes(pair.publicKey, message, signature)).toBe(true)
    vi.unstubAllGlobals()
    vi.resetModules()
    const native = await import('./keys.ts')
    expect(await native.signBytes(pair.privateKey, message)).toEqual(signature)
  })
})

it('Node has Ed25519 and X25519 itself, and is found to', async () => {
  const { supportsAlgorithm } = await import('./web-crypto.ts')
  expect(await supportsAlgorithm('Ed25519')).toBe(true)
  expect(await supportsAlgorithm('X25519')).toBe(true)
})
