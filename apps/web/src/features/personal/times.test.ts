import { expect, test } from 'vitest'
import { timesFrom } from './times.ts'

test('tomorrow is the next day at nine, also from a few minutes before midnight', () => {
  const late = new Date(2026, 10, 30, 23, 58).getTime()
  const [soon, hour, morning] = timesFrom(late).map(({ at }) => at)
  expect([soon! - late, hour! - late]).toEqual([20 * 60_000, 60 * 60_000])
  expect(morning).toBe(new Date(2026, 11, 1, 9).getTime())
})

test('next week begins on Monday at nine, a week on from a Monday, and is not said twice on a Sunday', () => {
  const offered = (day: number) => timesFrom(new Date(2026, 10, day, 12).getTime()).map(({ at }) => at)
  expect(offered(26)[3]).toBe(new Date(2026, 10, 30, 9).getTime())
  expect(offered(30)[3]).toBe(new Date(2026, 11, 7, 9).getTime())
  expect(offered(29)).toHaveLength(3)
})
