import type { DeviceId } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import {
  decodePersonalRecord,
  encodePersonalRecord,
  mergeRegisters,
  type Register,
} from './personal-record.ts'
import { uuid } from './testing.ts'

const MAX_BYTES = 56 * 1024
const OVERHEAD_BYTES = 64
/** Of a key of five characters and one byte each; then there is room for none more. */
const FULL = Math.floor(MAX_BYTES / (OVERHEAD_BYTES + 5 + 1))

const device = uuid<DeviceId>(1)
const set = (key: string, clock: number, value: Uint8Array | null = Uint8Array.of(1)): Register => ({
  key,
  clock,
  device,
  value,
})
const nameOf = (at: number) => `k${String(at).padStart(4, '0')}`
const keysOf = (registers: readonly Register[]) => registers.map(({ key }) => key)

/** Both ways, which must come to the same. */
function merged(one: readonly Register[], other: readonly Register[]): Register[] {
  const there = mergeRegisters(one, other)
  expect(mergeRegisters(other, one)).toEqual(there)
  return there
}

describe('OWN-2: of one key the register that holds is', () => {
  it('that of the higher clock, then of the higher device', () => {
    const later = { ...set('a', 2), device: uuid<DeviceId>(0) }
    expect(merged([set('a', 1, null)], [later])).toEqual([later])
    const higher = { ...set('a', 1, null), device: uuid<DeviceId>(2) }
    expect(merged([set('a', 1)], [higher])).toEqual([higher])
  })

  it('where one device said two things at once, the greater value, byte by byte, then the longer', () => {
    const of = (...bytes: number[]) => set('a', 1, Uint8Array.from(bytes))
    for (const [less, greater] of [
      [of(1, 2), of(1, 3)],
      [of(1, 200), of(2, 0)],
      [of(9), of(9, 0)],
      [of(2, 9, 9), of(3)],
      [of(), of(0)],
      [set('a', 1, null), of()],
    ] as const)
      expect(merged([less], [greater])).toEqual([greater])
  })
})

describe('OWN-4: beyond what a record holds', () => {
  it('goes what was set the longest ago, and of what is as old the first by its key', () => {
    const full = Array.from({ length: FULL }, (_, at) => set(nameOf(at), 10 + (at % 2)))
    expect(merged(full, [])).toEqual(full)
    expect(keysOf(merged(full, [set('z', 10)]))).toEqual([...keysOf(full).slice(1), 'z'])
    const three = [set('x', 50), set('y', 50), set('z', 9)]
    const kept = keysOf(merged(full, three))
    expect(kept).toEqual([...keysOf(full).filter((key) => !['k0000', 'k0002'].includes(key)), 'x', 'y'])
  })

  it('goes first what was taken away, however lately', () => {
    const full = Array.from({ length: FULL }, (_, at) => set(nameOf(at), 1))
    full[500] = set(nameOf(500), 99, null)
    expect(keysOf(merged(full, [set('z', 1)]))).toEqual([
      ...keysOf(full).filter((key) => key !== nameOf(500)),
      'z',
    ])
  })

  it('goes no more than must', () => {
    const length = 1000
    const value = new Uint8Array(length - OVERHEAD_BYTES - nameOf(0).length)
    const count = Math.floor(MAX_BYTES / length)
    const last = set('z', 7, new Uint8Array((MAX_BYTES % length) - OVERHEAD_BYTES - 1))
    const full = Array.from({ length: count }, (_, at) => set(nameOf(at), count - at, value))
    expect(merged(full, [last])).toHaveLength(count + 1)
    const oneByteMore = { ...last, value: new Uint8Array(last.value!.length + 1) }
    expect(keysOf(merged(full, [oneByteMore]))).toEqual([...keysOf(full).slice(0, -1), 'z'])
    const oldest = set('extra', 1, value)
    expect(merged(full, [last, oldest])).toEqual([...full, last])
    const record = encodePersonalRecord(merged(full, [last]))
    expect(decodePersonalRecord(record)).toHaveLength(count + 1)
  })
})
