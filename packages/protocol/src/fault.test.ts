import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { firstFault } from './fault.ts'
import { bytes, object } from './schema.ts'
import { watchForHang } from './testing-hang.ts'

const inner = object({ key: bytes(32, 32), at: Type.Integer() })
const schema = Type.Union(
  ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((type) =>
    object({ type: Type.Literal(type), inner, items: Type.Array(inner, { maxItems: 10 }) }),
  ),
)
const fitting = { type: 'a', inner: { key: new Uint8Array(32), at: 1 }, items: [] }

test('what fits has no fault, and what is wrong is said with its place', () => {
  expect(firstFault(schema, fitting)).toBeUndefined()
  const short = firstFault(object({ inner }), { inner: { key: new Uint8Array(31), at: 1 } })
  expect(short).toEqual({ path: '/inner/key', problem: 'must be 32 bytes' })
  const long = firstFault(bytes(1, 9), new Uint8Array(300_000))
  expect(long).toEqual({ path: '', problem: 'must be 1 to 9 bytes' })
  const unknown = firstFault(inner, { key: new Uint8Array(32), at: 1, more: 1 })
  expect(unknown).toEqual({ path: '', problem: 'must not have additional properties' })
  expect(firstFault(inner, new Uint8Array(0))?.problem).toContain('required')
})

test.each([
  ['of a megabyte of bytes', new Uint8Array(1_000_000)],
  ['of bytes inside', { ...fitting, inner: new Uint8Array(1_000_000) }],
  [
    'of unknown properties',
    Object.fromEntries(Array.from({ length: 200_000 }, (_, at) => [at.toString(36), 0])),
  ],
  ['of items', { ...fitting, items: Array.from({ length: 900_000 }, () => 0) }],
  ['of items of items', Array.from({ length: 900 }, () => Array.from({ length: 900 }, () => ({ a: 0 })))],
])('ENC-6: a fault %s costs little to find', (_, value) => {
  const demandNoHang = watchForHang()
  expect(firstFault(schema, value)?.problem).toBeTruthy()
  demandNoHang()
})
