/**
 * Where WebCrypto knows ChaCha20-Poly1305, as browsers do and this platform may not: played by node:crypto, which asks for what the
 * algorithm's draft specification asks for. What comes out is the same, and what does not fit is refused the same.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { createCipheriv, createDecipheriv, webcrypto } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CryptoError } from './errors.ts'
import { seeded } from './testing.ts'

const NAME = 'ChaCha20-Poly1305'
const random = seeded(31)
const key = random(32)
const associated = random(20)

interface PlayedKey {
  readonly raw: Uint8Array
  readonly usages: readonly string[]
}
interface Given {
  readonly name: string
  readonly iv: Uint8Array
  readonly additionalData: Uint8Array
  readonly tagLength: number
}

function demand(fits: boolean): void {
  if (!fits) throw new DOMException('not as specified', 'OperationError')
}

function importKey(format: string, raw: Uint8Array, name: string, extractable: boolean, usages: string[]) {
  demand(format === 'raw-secret' && raw.length === 32 && name === NAME && !extractable && usages.length === 1)
  return Promise.resolve({ raw, usages })
}

function options({ name, iv, tagLength }: Given, used: PlayedKey, usage: string): void {
  demand(name === NAME && iv.length === 12 && tagLength === 128 && used.usages.includes(usage))
}

async function encrypt(parameters: Given, used: PlayedKey, plaintext: Uint8Array): Promise<ArrayBuffer> {
  options(parameters, used, 'encrypt')
  const cipher = createCipheriv('chacha20-poly1305', used.raw, parameters.iv, { authTagLength: 16 })
  cipher.setAAD(parameters.additionalData, { plaintextLength: plaintext.length })
  const parts = [cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]
  return Uint8Array.from(Buffer.concat(parts)).buffer
}

async function decrypt(parameters: Given, used: PlayedKey, ciphertext: Uint8Array): Promise<ArrayBuffer> {
  options(parameters, used, 'decrypt')
  const decipher = createDecipheriv('chacha20-poly1305', used.raw, parameters.iv, { authTagLength: 16 })
  const body = ciphertext.subarray(0, -16)
  decipher.setAAD(parameters.additionalData, { plaintextLength: body.length })
  decipher.setAuthTag(ciphertext.subarray(-16))
  return Uint8Array.from(Buffer.concat([decipher.update(body), decipher.final()])).buffer
}

describe('where WebCrypto has ChaCha20-Poly1305', () => {
  const played = vi.fn(encrypt)
  const opened = vi.fn(decrypt)

  beforeEach(() => {
    played.mockClear()
    opened.mockClear()
    const { subtle } = webcrypto
    const known = { importKey, encrypt: played, decrypt: opened }
    const newer = new Proxy(subtle, {
      get: (target, name) => Reflect.get(name in known ? known : target, name, target) as unknown,
    })
    vi.stubGlobal('crypto', { subtle: newer })
    vi.resetModules()
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.resetModules()
  })

  it('it is used, with the same outcome as elsewhere', async () => {
    const native = await import('./aead.ts')
    for (const length of [0, 1, 100]) {
      const plaintext = random(length)
      const ciphertext = await native.encryptOnce(key, associated, plaintext)
      const elsewhere = chacha20poly1305(key, new Uint8Array(12), associated)
      expect(ciphertext).toEqual(elsewhere.encrypt(plaintext))
      expect(await native.decryptOnce(key, associated, ciphertext)).toEqual(plaintext)
    }
    expect(played).toHaveBeenCalledTimes(3)
    expect(opened).toHaveBeenCalledTimes(3)
  })

  it('what does not open is refused with the same code', async () => {
    const native = await import('./aead.ts')
    const ciphertext = await native.encryptOnce(key, associated, random(10))
    const open = async (withKey: Uint8Array, about: Uint8Array, bytes: Uint8Array) => {
      const error: unknown = await native
        .decryptOnce(withKey, about, bytes)
        .catch((thrown: unknown) => thrown)
      return error instanceof Uint8Array ? 'accepted' : (error as CryptoError).code
    }
    expect(await open(key, associated, ciphertext)).toBe('accepted')
    expect(await open(random(32), associated, ciphertext)).toBe('tag')
    expect(await open(key, random(20), ciphertext)).toBe('tag')
    expect(await open(key, associated, ciphertext.with(0, ciphertext[0]! ^ 1))).toBe('tag')
  })
})
