import { decodePersonalRecord, encodePersonalRecord, type Register } from '@reforms/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allKept, keep, kept, takePersonal } from './keeping.ts'
import { meet, ownDevice, written } from './testing-devices.ts'

describe('what a user keeps for themself', () => {
  it('OWN-1: waits to be written to the vault as one record with its kind in the name', () => {
    const phone = ownDevice()
    keep(phone, 'list', [['sort', 'name']])
    const [change] = written(phone)
    expect(change?.name).toBe('own/list')
    expect(decodePersonalRecord(change!.content)).toMatchObject([{ key: 'sort', clock: 1000 }])
    expect(kept(phone, 'list', 'sort')).toBe('name')
  })

  it('OWN-2: what two devices changed apart from each other stands on both, and of one key the later word', () => {
    const [phone, desk] = [ownDevice(1000), ownDevice(2000)]
    keep(phone, 'list', [
      ['a', 1],
      ['both', 'phone'],
    ])
    keep(desk, 'list', [
      ['b', 2],
      ['both', 'desk'],
    ])
    meet(phone, desk)
    const all = [
      ['a', 1],
      ['b', 2],
      ['both', 'desk'],
    ]
    expect(allKept(phone, 'list')).toEqual(all)
    expect(allKept(desk, 'list')).toEqual(all)
  })

  it('OWN-2: whatever is changed where, in any order, devices that have met agree', () => {
    const step = fc.record({
      who: fc.integer({ min: 0, max: 2 }),
      key: fc.constantFrom('a', 'b', 'c'),
      value: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
      passes: fc.integer({ min: -5, max: 50 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const devices = [ownDevice(1000), ownDevice(1000), ownDevice(990)] as const
        for (const { who, key, value, passes } of steps) {
          const device = devices[who]!
          device.at.now += passes
          keep(device, 'list', [[key, value]])
        }
        const [phone, desk, tablet] = devices
        for (let round = 0; round < 2; round += 1) {
          meet(phone, desk)
          meet(desk, tablet)
          meet(tablet, phone)
        }
        expect(allKept(desk, 'list')).toEqual(allKept(phone, 'list'))
        expect(allKept(tablet, 'list')).toEqual(allKept(phone, 'list'))
      }),
      { numRuns: 40 },
    )
  })

  it('OWN-3: a device whose clock is years ahead has the last word once, not for ever', () => {
    const [wrong, right] = [ownDevice(9_000_000_000_000), ownDevice(1000)]
    keep(wrong, 'list', [['sort', 'name']])
    meet(wrong, right)
    keep(right, 'list', [['sort', 'activity']])
    meet(wrong, right)
    expect(kept(wrong, 'list', 'sort')).toBe('activity')
  })

  it('OWN-3: what changes nothing is not a word at all', () => {
    const [phone, desk] = [ownDevice(1000), ownDevice(5000)]
    keep(phone, 'list', [['sort', 'name']])
    meet(phone, desk)
    keep(phone, 'list', [['sort', 'activity']])
    keep(desk, 'list', [['sort', 'name']])
    meet(phone, desk)
    expect(kept(desk, 'list', 'sort')).toBe('activity')
  })

  it('OWN-4: what was taken away stays so, and goes first where there is too much', () => {
    const [phone, desk] = [ownDevice(1000), ownDevice(1000)]
    keep(phone, 'saved', [['first', 1]])
    meet(phone, desk)
    keep(phone, 'saved', [['first', undefined]])
    meet(phone, desk)
    expect(kept(desk, 'saved', 'first')).toBeUndefined()
    for (let count = 0; count < 1100; count += 100) {
      phone.at.now += 1
      const keys = Array.from({ length: 100 }, (_, index) => `k${String(count + index).padStart(4, '0')}`)
      keep(
        phone,
        'saved',
        keys.map((key) => [key, true] as const),
      )
    }
    const left = decodePersonalRecord(written(phone)[0]!.content)
    expect(left.length).toBeLessThanOrEqual(1000)
    expect(left.at(-1)?.key).toBe('k1099')
    expect(left.some(({ key }) => key === 'first' || key === 'k0000')).toBe(false)
  })

  it('OWN-4: what alone is too much is refused, and changes nothing', () => {
    const phone = ownDevice()
    expect(() => keep(phone, 'draft/a', [['text', 'x'.repeat(60_000)]])).toThrow(/more than can be kept/)
    expect(written(phone)).toEqual([])
  })

  it('OWN-5: what this version does not know is kept and written again as it is', () => {
    const phone = ownDevice()
    const unknown: Register = {
      ...{ key: 'from-tomorrow', clock: 7, device: phone.requireKeys().deviceId },
      value: Uint8Array.of(0xff, 1, 2),
    }
    takePersonal(phone, 'own/list', encodePersonalRecord([unknown]))
    keep(phone, 'list', [['sort', 'name']])
    expect(decodePersonalRecord(written(phone)[0]!.content)).toContainEqual(unknown)
    expect(allKept(phone, 'list')).toEqual([['sort', 'name']])
  })

  it('OWN-5: a record that is none is as good as nothing', () => {
    const phone = ownDevice()
    keep(phone, 'list', [['sort', 'name']])
    takePersonal(phone, 'own/list', Uint8Array.of(1, 2, 3))
    expect(kept(phone, 'list', 'sort')).toBe('name')
    expect(written(phone)).toHaveLength(1)
  })
})
