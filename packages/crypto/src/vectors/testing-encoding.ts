/** Vectors of the encoding that every other format rests on. For tests only. */
import { encodeCbor } from '@reforms/protocol'
import { Type } from 'typebox'
import { decodeDocument } from '../document.ts'
import { fixed } from './testing-alteration.ts'
import { cbor } from './testing-cbor.ts'
import { format } from './testing-format.ts'

const MAX_BYTES = 4096
const refusedHex = (hex: string) => ({
  given: { encoded: Uint8Array.from(Buffer.from(hex, 'hex')) },
  code: 'malformed',
})
const NUMBERS = [0, 23, 24, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296, Number.MAX_SAFE_INTEGER]

const encoding = format({
  name: 'cbor',
  rules: ['ENC-1', 'ENC-2'],
  about:
    'Deterministic CBOR (RFC 8949, section 4.2.1): shortest forms, definite lengths, the keys of a map in the bytewise order of their encodings (so shorter keys come first). ' +
    'Only integers, byte strings, texts in UTF-8, arrays, maps with text keys, booleans and null; a field that is absent is left out.',
  inputs: {
    'numbers at every change of length': { value: NUMBERS },
    'numbers below zero': { value: [-1, -24, -25, -256, -257, -65_537] },
    'texts and bytes': {
      value: ['', 'a', 'ü', '東京', '🚲', 'x'.repeat(24), new Uint8Array(0), fixed(1, 24)],
    },
    'a map, whatever the order of its fields': {
      value: { userId: 1, number: 2, b: null, aa: [], a: {}, text: '' },
    },
    'true, false and null': { value: [true, false, null] },
  },
  second: ({ value }) => ({ steps: {}, output: { encoded: cbor(value) } }),
  make: async ({ value }) => ({ encoded: encodeCbor(value) }),
  open: async (_input, { encoded }) => ({ value: decodeDocument(Type.Unknown(), encoded, MAX_BYTES) }),
  refused: {
    nothing: refusedHex(''),
    'a number in a long form': refusedHex('1817'),
    'a length in a long form': refusedHex('780161'),
    'an array of indefinite length': refusedHex('9f01ff'),
    'a map of indefinite length': refusedHex('bf616101ff'),
    'a text of indefinite length': refusedHex('7f6161ff'),
    'keys out of order': refusedHex('a2616201616101'),
    'a key twice': refusedHex('a2616101616102'),
    'a key that is a number': refusedHex('a10101'),
    'a tag': refusedHex('c11a514b67b0'),
    undefined: refusedHex('f7'),
    NaN: refusedHex('f97e00'),
    infinity: refusedHex('f97c00'),
    'a whole number as a float': refusedHex('f93c00'),
    'a number beyond 2^53 - 1': refusedHex('1b0020000000000000'),
    'a text that is not UTF-8': refusedHex('61ff'),
    'a byte after the end': refusedHex('0000'),
    'cut short': refusedHex('8201'),
    'a length beyond the bytes': refusedHex('5bffffffffffffffff'),
  },
  attempt: async ({ encoded }) => decodeDocument(Type.Unknown(), encoded, MAX_BYTES),
})

export const ENCODING_FORMATS = [encoding]
