/** The one decoder that everything from outside goes through: by mutation, by structure, by what lengths it claims. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeCbor, encodeCbor } from './cbor.ts'
import { isText, mutateAll, mutations, watchForHang } from './testing.ts'

const RUNS = Math.max(2000, Number(process.env['REFORMS_FUZZ_CASES'] ?? 0))
const MIB = 1024 * 1024

const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      null,
      true,
      false,
      0.5,
      -0,
      1e300,
      5e-324,
      0,
      -1,
      23,
      24,
      255,
      256,
      65_535,
      65_536,
      2 ** 32,
    ),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'binary' }).filter(isText),
    fc.uint8Array(),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
}))

/** The value, or undefined where it is refused; throws when that takes too long or what is read has another form. */
function decoded(bytes: Uint8Array): unknown {
  const demandNoHang = watchForHang()
  try {
    const value = decodeCbor(bytes)
    if (Buffer.compare(encodeCbor(value), bytes) !== 0) throw new TypeError('a second form was accepted')
    return value
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError) throw error
    return undefined
  } finally {
    demandNoHang()
  }
}

describe('ENC-2: what is accepted is what the encoder would have made', () => {
  test('of values with changed bytes', () => {
    fc.assert(
      fc.property(anyValue, anyValue, mutations, (value, other, changes) => {
        decoded(mutateAll(encodeCbor(value), changes, encodeCbor(other)))
      }),
      { numRuns: RUNS },
    )
  })

  test('of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void decoded(bytes)),
      { numRuns: RUNS },
    )
  })
})

const heads = [0x40, 0x60, 0x80, 0xa0].flatMap((major) =>
  ['1affffffff', '1a7fffffff', '1b001fffffffffffff', '1bffffffffffffffff', '1a01000000'].map((length) => {
    const bytes = Buffer.from(length, 'hex')
    bytes[0]! |= major
    return bytes
  }),
)

test('ENC-5: lengths that are only claimed allocate nothing', () => {
  for (const head of heads) {
    for (const repeats of [1, 1000]) {
      const bytes = Uint8Array.from(Buffer.concat(Array.from({ length: repeats }, () => head)))
      const before = process.memoryUsage()
      expect(decoded(bytes)).toBeUndefined()
      const after = process.memoryUsage()
      expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(8 * MIB)
      expect(after.heapUsed - before.heapUsed).toBeLessThan(32 * MIB)
    }
  }
})

test('ENC-6: depth is refused or read, and never a crash', () => {
  for (const [opening, depth] of [
    [[0x81], 1_000_000],
    [[0xa1, 0x61, 0x61], 300_000],
    [[0x81], 1000],
  ] as const) {
    const bytes = Uint8Array.from([...Array.from({ length: depth }, () => opening).flat(), 0])
    expect(() => decoded(bytes)).not.toThrow()
  }
})
