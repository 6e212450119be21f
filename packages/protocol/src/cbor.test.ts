import { encode, rfc8949EncodeOptions } from 'cborg'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeCbor, encodeCbor, encodePresent, takePresent } from './cbor.ts'

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

test('ENC-1: another program’s encoder makes the same bytes', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(encodeCbor(value)).toEqual(new Uint8Array(encode(value, rfc8949EncodeOptions)))
    }),
    { numRuns: 1000 },
  )
})

test.each([
  [0.5, 'f93800'],
  [-4.1, 'fbc010666666666666'],
  [100_000.5, 'fa47c35040'],
  [5.960464477539063e-8, 'f90001'],
  [1.7881393432617188e-7, 'f90003'],
  [3.4028234663852886e38, 'fa7f7fffff'],
  [1e300, 'fb7e37e43c8800759c'],
])('ENC-1: %d takes the fewest bytes that hold it', (value, bytes) => {
  expect(encodeCbor(value)).toEqual(hex(bytes))
  expect(decodeCbor(hex(bytes))).toBe(value)
})

test('ENC-1: text of any length and script comes back, also as a key', () => {
  for (const text of [
    '',
    '\uFEFFmark',
    'é',
    'a'.repeat(64),
    'a'.repeat(65),
    '😀'.repeat(40),
    '__proto__',
    'constructor',
  ]) {
    const value = { [text]: text, b: [text] }
    const decoded = decodeCbor(encodeCbor(value)) as Record<string, unknown>
    expect(Object.entries(decoded)).toEqual(expect.arrayContaining(Object.entries(value)))
  }
})

test('ENC-1: large values are encoded as small ones are', () => {
  const large = {
    payload: new Uint8Array(3_000_000).fill(7),
    list: Array.from({ length: 70_000 }, (_, at) => at),
  }
  const decoded = decodeCbor(encodeCbor(large)) as typeof large
  expect(Buffer.compare(decoded.payload, large.payload)).toBe(0)
  expect(decoded.list.length).toBe(70_000)
  expect(decoded.list.every((item, at) => item === at)).toBe(true)
  expect(decodeCbor(encodeCbor({ a: 1 }))).toEqual({ a: 1 })
})

test('ENC-1: what no longer fits the room that there was is whole, wherever that falls', () => {
  const tail = { at: 1_764_300_000_000, sender: 'ada', kind: 'message', notify: null, share: 0.1, on: true }
  for (let length = 3900; length < 4200; length += 1) {
    const value = [new Uint8Array(length).fill(7), tail, { ...tail, relatesTo: -1 }]
    // Another value first, so that no larger room is left of the last one.
    expect(encodeCbor(new Uint8Array(300_000)).length).toBe(300_005)
    const encoded = encodeCbor(value)
    expect(Buffer.compare(encoded, encode(value, rfc8949EncodeOptions))).toBe(0)
  }
})

test('ENC-1: what is absent is left out where that is asked for, and refused otherwise', () => {
  const value = { a: undefined, b: [{ c: undefined, d: 1 }] }
  expect(encodePresent(value)).toEqual(encodeCbor({ b: [{ d: 1 }] }))
  expect(() => encodeCbor(value)).toThrow(TypeError)
  expect(() => encodePresent([undefined])).toThrow(TypeError)
})

test('ENC-1: a map of any size has its keys in order, ours and another program’s', () => {
  const keys = fc.uniqueArray(fc.oneof(fc.string({ maxLength: 3 }), fc.string({ unit: 'grapheme' })), {
    maxLength: 60,
    size: 'max',
  })
  fc.assert(
    fc.property(keys, (names) => {
      const map = Object.fromEntries(names.map((name, index) => [name, index]))
      expect(Buffer.compare(encodeCbor(map), encode(map, rfc8949EncodeOptions))).toBe(0)
    }),
  )
})

test('ENC-1: who takes the bytes themselves gets the same, and may encode something else meanwhile', () => {
  const values = [{ a: 1 }, 'x'.repeat(9000), [null, { b: undefined, c: new Uint8Array(300) }]]
  for (const value of values) {
    const taken = takePresent(value, (written) => {
      encodeCbor(['another', new Uint8Array(50).fill(9)])
      return written.slice()
    })
    expect(taken).toEqual(encodePresent(value))
  }
})

test.each([NaN, Infinity, 1n, Symbol('s'), new Map(), new Date(0), () => 1])(
  'ENC-1: %s is not encoded',
  (value) => {
    expect(() => encodeCbor([value])).toThrow(TypeError)
    expect(encodeCbor([1])).toEqual(hex('8101'))
  },
)

test('ENC-5: what is too deep to be read is not written', () => {
  let nested: unknown = 1
  for (let depth = 0; depth < 501; depth += 1) nested = [nested]
  expect(() => encodeCbor(nested)).toThrow(RangeError)
  expect(() => decodeCbor(new Uint8Array(502).fill(0x81, 0, 501))).toThrow('too deep')
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
  ['minus zero as a float', 'f98000'],
  ['an integer as a float', 'fa47c35000'],
  ['a simple value without a name', 'e0'],
  ['a simple value in a byte of its own', 'f820'],
  ['a key that is no text', 'a10101'],
  ['minus 2^53', '3b001fffffffffffff'],
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
