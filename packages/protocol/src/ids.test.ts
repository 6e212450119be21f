import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isUuid, uuidFromBytes, uuidToBytes, uuidV7 } from './ids.ts'

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const times = fc.integer({ min: 0, max: 2 ** 48 - 1 })

test('ID-1: only UUIDs in lower-case text are identifiers', () => {
  expect(isUuid('0190a7b2-1c2d-7e3f-8a4b-5c6d7e8f9a0b')).toBe(true)
  for (const wrong of [
    '0190A7B2-1C2D-7E3F-8A4B-5C6D7E8F9A0B',
    '0190a7b21c2d7e3f8a4b5c6d7e8f9a0b',
    '{0190a7b2-1c2d-7e3f-8a4b-5c6d7e8f9a0b}',
    '0190a7b2-1c2d-7e3f-8a4b-5c6d7e8f9a0b\n',
    '0190a7b2-1c2d-7e3f-8a4b-5c6d7e8f9a0g',
    '',
  ]) {
    expect(isUuid(wrong), wrong).toBe(false)
    expect(() => uuidToBytes(wrong), wrong).toThrow(RangeError)
  }
})

test('ID-2: an identifier says version 7, its variant and its time, and sorts by time', () => {
  fc.assert(
    fc.property(times, times, bytesOf(10), bytesOf(10), (one, other, random, others) => {
      const id = uuidV7(one, random)
      expect(isUuid(id)).toBe(true)
      expect(id[14]).toBe('7')
      expect('89ab').toContain(id[19])
      expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(one)
      if (one < other) expect(id < uuidV7(other, others)).toBe(true)
    }),
  )
  expect(() => uuidV7(0, new Uint8Array(9))).toThrow(RangeError)
})

test('ID-3: text and 16 bytes convert into each other without loss', () => {
  fc.assert(
    fc.property(bytesOf(16), (bytes) => {
      expect(uuidToBytes(uuidFromBytes(bytes))).toEqual(bytes)
    }),
  )
  expect(uuidFromBytes(Uint8Array.from({ length: 16 }, (_, i) => i))).toBe(
    '00010203-0405-0607-0809-0a0b0c0d0e0f',
  )
  expect(() => uuidFromBytes(new Uint8Array(15))).toThrow(RangeError)
})
