import { describe, expect, test } from 'vitest'
import { dayKeyOf, dayOf, daysBetween, distanceOf } from './clock.ts'
import { initialsOf, tintOf } from './initials.ts'
import { sizeOf } from './size.ts'

const at = (day: number, hour = 12) => new Date(2026, 2, day, hour).getTime()

describe('times', () => {
  test('a day begins at midnight, here', () => {
    expect(daysBetween(at(3, 23), at(4, 1))).toBe(1)
    expect(dayKeyOf(at(3, 0))).toBe(dayKeyOf(at(3, 23)))
    expect(dayKeyOf(at(3))).not.toBe(dayKeyOf(at(4)))
  })

  test('days are named from near to far', () => {
    expect(dayOf(at(3), at(3))).toBe('Today')
    expect(dayOf(at(2), at(3))).toBe('Yesterday')
    expect(dayOf(at(1), at(20))).toContain('March')
    expect(dayOf(new Date(2024, 2, 1).getTime(), at(20))).toContain('2024')
  })

  test('distances are said in the largest unit that fits', () => {
    expect(distanceOf(at(6), at(3))).toBe('in 3 days')
    expect(distanceOf(at(3, 10), at(3, 12))).toBe('2 hours ago')
  })
})

describe('people without a picture', () => {
  test.each([
    ['Miriam Okafor', 'MO'],
    ['Dr. Aylin von Şahin', 'DŞ'],
    ['cher', 'C'],
    ['  “Bob”  ', 'B'],
    ['😀 Smile', '😀S'],
    ['', ''],
  ])('%j has the initials %j', (name, initials) => {
    expect(initialsOf(name)).toBe(initials)
  })

  test('a colour follows from the key alone', () => {
    expect(tintOf('0a0b0c')).toBe(tintOf('0a0b0cff'))
    expect(tintOf('not hex')).toBeGreaterThanOrEqual(0)
    expect(tintOf('')).toBe(0)
  })
})

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1.0 KB'],
  [26_214_400, '26 MB'],
  [3_500_000_000, '3.5 GB'],
])('%i bytes are %j', (bytes, words) => {
  expect(sizeOf(bytes)).toBe(words)
})
