import { existsSync, readFileSync } from 'node:fs'
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { describe, expect, it } from 'vitest'
import { decryptWithNonce, encryptWithNonce } from './aead.ts'
import { verifyBytes } from './signature.ts'
import { code } from './testing.ts'

const folder = process.env.REFORMS_VECTORS ?? new URL('../../../../shared/vectors', import.meta.url).pathname
const present = existsSync(`${folder}/wycheproof`)

/** Strings are hexadecimal but for `result`. */
type Vector = Record<string, string>
interface Group {
  readonly ivSize?: number
  readonly tagSize?: number
  readonly keySize?: number
  readonly publicKey?: { readonly pk: string }
  readonly tests: (Vector & { readonly tcId: never })[]
}

function groups(name: string): Group[] {
  const file = readFileSync(`${folder}/wycheproof/${name}_test.json`, 'utf8')
  return (JSON.parse(file) as { testGroups: Group[] }).testGroups
}

function bytes(hex: string | undefined): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(hex ?? '', 'hex'))
}

/** The vectors that our code judges otherwise than the file, and how many there were. */
async function judge(chosen: Group[], accepts: (vector: Vector, group: Group) => Promise<boolean>) {
  const wrong: unknown[] = []
  let count = 0
  for (const group of chosen) {
    for (const vector of group.tests) {
      count += 1
      const accepted = await accepts(vector, group)
      if (vector.result !== 'acceptable' && accepted !== (vector.result === 'valid')) wrong.push(vector)
    }
  }
  return { wrong, count }
}

function nativeX25519(
  privateKey: Uint8Array<ArrayBuffer>,
  publicKey: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const [d, x] = [privateKey, x25519.getPublicKey(privateKey)].map((key) =>
    Buffer.from(key).toString('base64url'),
  )
  const jwk = { kty: 'OKP', crv: 'X25519', d: d!, x: x! }
  const imported = crypto.subtle.importKey('jwk', jwk, 'X25519', false, ['deriveBits'])
  const peer = crypto.subtle.importKey('raw', publicKey, 'X25519', false, [])
  return Promise.all([imported, peer])
    .then(([key, other]) => crypto.subtle.deriveBits({ name: 'X25519', public: other }, key, 256))
    .then((shared) => new Uint8Array(shared))
}

const title = present ? 'Wycheproof' : `Wycheproof (skipped: no vectors in ${folder})`

describe.skipIf(!present)(title, () => {
  it('Ed25519: ours and the fallback', async () => {
    const platform = await judge(groups('ed25519'), ({ msg, sig }, group) =>
      verifyBytes(bytes(group.publicKey?.pk), bytes(msg), bytes(sig)),
    )
    const fallback = await judge(groups('ed25519'), async ({ msg, sig }, group) => {
      if (bytes(sig).length !== 64) return false
      return ed25519.verify(bytes(sig), bytes(msg), bytes(group.publicKey?.pk), { zip215: false })
    })
    expect([platform.wrong, fallback.wrong]).toEqual([[], []])
    expect(platform.count).toBeGreaterThanOrEqual(151)
  })

  it('ChaCha20-Poly1305: opening, and sealing to the same bytes', async () => {
    const chosen = groups('chacha20_poly1305').filter(({ ivSize }) => ivSize === 96)
    const { wrong, count } = await judge(chosen, async ({ key, iv, aad, msg, ct, tag, result }) => {
      const sealed = bytes(`${ct}${tag}`)
      const outcome = await code(decryptWithNonce(bytes(key), bytes(iv), bytes(aad), sealed))
      if (result !== 'valid') return outcome === 'accepted'
      const again = await encryptWithNonce(bytes(key), bytes(iv), bytes(aad), bytes(msg))
      return outcome === 'accepted' && Buffer.compare(again, sealed) === 0
    })
    expect(wrong).toEqual([])
    expect(count).toBeGreaterThanOrEqual(316)
  })

  it('AES-256-GCM of this platform, with 96-bit nonces', async () => {
    const chosen = groups('aes_gcm').filter((group) => group.ivSize === 96 && group.tagSize === 128)
    const { wrong, count } = await judge(chosen, async ({ key, iv, aad, msg, ct, tag }) => {
      const imported = await crypto.subtle.importKey('raw', bytes(key), 'AES-GCM', false, ['decrypt'])
      const parameters = { name: 'AES-GCM', iv: bytes(iv), additionalData: bytes(aad) }
      return crypto.subtle.decrypt(parameters, imported, bytes(`${ct}${tag}`)).then(
        (plaintext) => Buffer.compare(new Uint8Array(plaintext), bytes(msg)) === 0,
        () => false,
      )
    })
    expect(wrong).toEqual([])
    expect(count).toBeGreaterThanOrEqual(133)
  })

  it('X25519 of this platform, which HPKE uses, and its fallback', async () => {
    const same = (shared: Uint8Array, vector: Vector) => Buffer.compare(shared, bytes(vector.shared)) === 0
    const native = await judge(groups('x25519'), (vector) =>
      nativeX25519(bytes(vector.private), bytes(vector.public)).then(
        (shared) => same(shared, vector),
        () => false,
      ),
    )
    const fallback = await judge(groups('x25519'), async (vector) => {
      try {
        return same(x25519.getSharedSecret(bytes(vector.private), bytes(vector.public)), vector)
      } catch {
        return false
      }
    })
    expect([native.wrong, fallback.wrong]).toEqual([[], []])
    expect(native.count).toBeGreaterThanOrEqual(518)
  })

  it('notices a wrong verdict (positive control)', async () => {
    const { wrong } = await judge(groups('ed25519'), async () => true)
    expect(wrong.length).toBeGreaterThan(0)
  })
})
