import { describe, expect, it } from 'vitest'
import { code, flipEveryByte, seeded } from './testing.ts'
import {
  createVaultKey,
  openVaultRecord,
  sealVaultRecord,
  unwrapVaultKey,
  vaultNameKey,
  vaultRecordId,
  wrapVaultKey,
  type VaultKey,
} from './vault.ts'

const random = seeded(5)
const first: VaultKey = { number: 1, key: createVaultKey(random) }
const second: VaultKey = { number: 2, key: createVaultKey(random) }
const third: VaultKey = { number: 3, key: createVaultKey(random) }
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

  it('is refused as another version, at another id, with a later key only', async () => {
    const payload = await sealVaultRecord({ vaultKey: first, ...place, ...content }, random)
    expect(await code(openVaultRecord({ keys, ...place, version: 5, payload }))).toBe('tag')
    expect(await code(openVaultRecord({ keys, ...place, recordId: random(16), payload }))).toBe('tag')
    expect(await code(openVaultRecord({ keys: new Map([[1, second.key]]), ...place, payload }))).toBe('tag')
    expect(await code(openVaultRecord({ keys: new Map([[2, second.key]]), ...place, payload }))).toBe(
      'missing-key',
    )
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
  it('is the same for the same name, and another for another name or key', async () => {
    const nameKey = await vaultNameKey(first.key)
    const id = await vaultRecordId(nameKey, 'settings')
    expect(id).toHaveLength(16)
    expect(await vaultRecordId(await vaultNameKey(first.key), 'settings')).toEqual(id)
    expect(await vaultRecordId(nameKey, 'drafts')).not.toEqual(id)
    expect(await vaultRecordId(await vaultNameKey(second.key), 'settings')).not.toEqual(id)
  })
})

describe('vault keys', () => {
  it('lead from the newest back to the first', async () => {
    const wrapped = [await wrapVaultKey(first, second), await wrapVaultKey(second, third)]
    const before = await unwrapVaultKey(wrapped[1]!, third)
    expect(before).toEqual(second)
    expect(await unwrapVaultKey(wrapped[0]!, before)).toEqual(first)
  })

  it('do not lead forward, nor skip', async () => {
    const wrapped = await wrapVaultKey(first, second)
    expect(await code(unwrapVaultKey(wrapped, first))).toBe('wrong-number')
    expect(await code(unwrapVaultKey(wrapped, { number: 2, key: first.key }))).toBe('tag')
    expect(await code(wrapVaultKey(first, third))).toBe('wrong-number')
    expect(await flipEveryByte(wrapped, (changed) => unwrapVaultKey(changed, second))).toEqual([])
  })
})
