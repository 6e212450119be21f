import { expect, test } from 'vitest'
import { quietAt } from './quiet.ts'

const at = (text: string) => Date.parse(text)
const nights = { days: [1, 2, 3, 4, 5], from: 20 * 60, to: 7 * 60, zone: 'Europe/Lisbon' }
const endOf = (now: string, quietHours = nights) => {
  const end = quietAt(at(now), { quietHours })
  return end === undefined ? undefined : new Date(end).toISOString()
}

test('STAT-4: hours hold by the clocks of their zone, over midnight, on the days on which they begin', () => {
  // In January Lisbon has UTC; in July it is an hour ahead. The 5th of January 2026 is a Monday.
  expect(endOf('2026-01-05T19:59:59Z')).toBeUndefined()
  expect(endOf('2026-01-05T20:00:00Z')).toBe('2026-01-06T07:00:00.000Z')
  expect(endOf('2026-01-06T06:59:59Z')).toBe('2026-01-06T07:00:00.000Z')
  expect(endOf('2026-01-06T07:00:00Z')).toBeUndefined()
  expect(endOf('2026-07-06T19:00:00Z')).toBe('2026-07-07T06:00:00.000Z')
  // Friday's go on into Saturday; Saturday evening has none, and neither has the night before Monday.
  expect(endOf('2026-01-10T06:00:00Z')).toBe('2026-01-10T07:00:00.000Z')
  expect(endOf('2026-01-10T21:00:00Z')).toBeUndefined()
  expect(endOf('2026-01-05T06:00:00Z')).toBeUndefined()
})

test('STAT-4: hours within a day end on it; from and to the same time is a whole day', () => {
  const lunch = { ...nights, from: 720, to: 780 }
  expect(endOf('2026-01-05T12:30:00Z', lunch)).toBe('2026-01-05T13:00:00.000Z')
  expect(endOf('2026-01-05T13:00:00Z', lunch)).toBeUndefined()
  expect(endOf('2026-01-05T15:00:00Z', { ...nights, from: 540, to: 540 })).toBe('2026-01-06T09:00:00.000Z')
})

test('STAT-4: the later end of a time and of hours counts; a zone that is not known disturbs nobody', () => {
  const now = at('2026-01-05T20:00:00Z')
  expect(quietAt(now, { quietUntil: now + 60_000 })).toBe(now + 60_000)
  expect(quietAt(now, { quietUntil: now })).toBeUndefined()
  expect(quietAt(now, { quietUntil: now + 60_000, quietHours: nights })).toBe(at('2026-01-06T07:00:00Z'))
  expect(quietAt(now, { quietHours: { ...nights, zone: 'Nowhere/Town' } })).toBeUndefined()
})
