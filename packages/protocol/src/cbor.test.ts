import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeCbor, encodeCbor } from './cbor.ts'

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.string({ unit: 'grapheme' }),
    fc.uint8Array(),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
}))

test('ENC-1: what is encoded decodes to the same value, and the same value gives the same bytes', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const encoded = encodeCbor(value)
      expect(encodeCbor(decodeCbor(encoded))).toEqual(encoded)
    }),
  )
  expect(encodeCbor({ b: 1, a: 2, aa: 3 })).toEqual(encodeCbor({ aa: 3, a: 2, b: 1 }))
})

test('ENC-1: maps are sorted by their encoded keys, as RFC 8949, section 4.2.1, says', () => {
  expect(encodeCbor({ aa: 1, b: 2, a: 3 })).toEqual(hex('a361610361620262616101'))
})

test.each([
  ['an array of indefinite length', '9f01ff'],
  ['text of indefinite length', '7f6161ff'],
  ['bytes of indefinite length', '5f4101ff'],
  ['a map of indefinite length', 'bf616101ff'],
  ['a key twice', 'a2616101616102'],
  ['a long form of a small number', '1817'],
  ['a two-byte form of a small number', '190001'],
  ['a tag', 'c100'],
  ['unsorted keys', 'a2616201616101'],
  ['keys sorted by text, not by length', 'a262616101616201'],
  ['a number in twice the width it needs', 'fa3f000000'],
  ['text that is no UTF-8', '61ff'],
  ['half of a surrogate pair', '63eda080'],
  ['an overlong form of a character', '62c080'],
  ['a big number as a tag', 'c249010000000000000000'],
  ['NaN', 'f97e00'],
  ['infinity', 'f97c00'],
  ['undefined', 'f7'],
  ['a number beyond 2^53 - 1', '1bffffffffffffffff'],
  ['bytes after the value', '0101'],
  ['a value that ends early', '8201'],
  ['nothing', ''],
  ['an array that claims four billion items', '9affffffff'],
])('ENC-2: %s is refused', (_, bytes) => {
  expect(() => decodeCbor(hex(bytes))).toThrow()
})

test('ENC-6: whatever bytes arrive, decoding returns or throws an Error, and soon', () => {
  const began = performance.now()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeCbor(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    }),
    { numRuns: 5000 },
  )
  expect(() => decodeCbor(new Uint8Array(20_000).fill(0x81))).toThrow()
  expect(performance.now() - began).toBeLessThan(10_000)
})
