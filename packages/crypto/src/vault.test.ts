import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { decodeCbor, encodeCbor } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import { code, flipEveryByte, seeded } from './testing.ts'
import {
  createVaultKey,
  openVaultRecord,
  sealVaultRecord,
  vaultNameKey,
  vaultRecordId,
  type VaultKey,
} from './vault.ts'

const random = seeded(5)
const first: VaultKey = { number: 1, key: createVaultKey(random) }
const second: VaultKey = { number: 2, key: createVaultKey(random) }
const keys = new Map([first, second].map(({ number, key }) => [number, key]))
const place = { recordId: random(16), version: 4 }
const content = { name: 'epoch/1', content: random(50) }

describe('vault record', () => {
  it('comes back under the key of its number', async () => {
    for (const vaultKey of [first, second]) {
      const payload = await sealVaultRecord({ vaultKey, ...place, ...content }, random)
      expect(await openVaultRecord({ keys, ...place, payload })).toEqual(content)
    }
  })

  it('VLT-1: is refused as another version, at another id, with a later key only', async () => {
    const payload = await sealVaultRecord({ vaultKey: first, ...place, ...content }, random)
    expect(await code(openVaultRecord({ keys, ...place, version: 5, payload }))).toBe('tag')
    expect(await code(openVaultRecord({ keys, ...place, recordId: random(16), payload }))).toBe('tag')
    expect(await code(openVaultRecord({ keys: new Map([[1, second.key]]), ...place, payload }))).toBe('tag')
    expect(await code(openVaultRecord({ keys: new Map([[2, second.key]]), ...place, payload }))).toBe(
      'missing-key',
    )
  })

  it('VLT-1: is under a key made of the numbered vault key, its id and its version', async () => {
    const payload = await sealVaultRecord({ vaultKey: first, ...place, ...content }, random)
    const [, number, salt, ciphertext] = decodeCbor(payload) as [number, number, Uint8Array, Uint8Array]
    const info = encodeCbor(['reforms vault record v1', number, place.recordId, place.version])
    const derived = hkdf(sha256, first.key, salt, info, 32)
    const plaintext = chacha20poly1305(derived, new Uint8Array(12), info).decrypt(ciphertext)
    const expected = encodeCbor(content)
    expect(number).toBe(1)
    expect(plaintext.slice(0, expected.length)).toEqual(expected)
  })

  it('is refused with any byte changed or missing', async () => {
    const payload = await sealVaultRecord({ vaultKey: first, ...place, ...content }, random)
    const opened = (changed: Uint8Array) => openVaultRecord({ keys, ...place, payload: changed })
    expect(await flipEveryByte(payload, opened)).toEqual([])
  })

  it('shows its length only in Padmé steps', async () => {
    const sizes = [910, 915, 920].map((length) =>
      sealVaultRecord({ vaultKey: first, ...place, name: 'draft', content: new Uint8Array(length) }, random),
    )
    const lengths = (await Promise.all(sizes)).map((payload) => payload.length)
    expect(new Set(lengths).size).toBe(1)
  })
})

describe('vault record id', () => {
  it('VLT-3: is an HMAC of the name: the same for the same name, and another for another name or key', async () => {
    const nameKey = await vaultNameKey(first.key)
    const id = await vaultRecordId(nameKey, 'settings')
    const named = encodeCbor(['reforms vault record id v1', 'settings'])
    expect(id).toEqual(hmac(sha256, nameKey, named).slice(0, 16))
    expect(id).toHaveLength(16)
    expect(await vaultRecordId(await vaultNameKey(first.key), 'settings')).toEqual(id)
    expect(await vaultRecordId(nameKey, 'drafts')).not.toEqual(id)
    expect(await vaultRecordId(await vaultNameKey(second.key), 'settings')).not.toEqual(id)
  })
})
