import { expect, test } from 'vitest'
import { clockOf, endOf, minuteOf, tomorrowMorning } from './until.ts'

const now = new Date(2026, 2, 14, 15, 20).getTime()

test('a status ends after a while, with the day, at a time that was chosen, or never', () => {
  expect(endOf('half', now, '')).toBe(new Date(2026, 2, 14, 15, 50).getTime())
  expect(endOf('hour', now, '')).toBe(new Date(2026, 2, 14, 16, 20).getTime())
  expect(endOf('today', now, '')).toBe(new Date(2026, 2, 14, 23, 59, 59).getTime())
  expect(endOf('time', now, '2026-03-16T09:00')).toBe(new Date(2026, 2, 16, 9).getTime())
  expect(endOf('time', now, '')).toBeNaN()
  expect(endOf('never', now, '')).toBeUndefined()
  expect(tomorrowMorning(now)).toBe(new Date(2026, 2, 15, 8).getTime())
})

test('times of the day are minutes after midnight', () => {
  expect([minuteOf('00:00'), minuteOf('20:30'), minuteOf('')]).toEqual([0, 1230, undefined])
  expect([clockOf(0), clockOf(1230)]).toEqual(['00:00', '20:30'])
})
