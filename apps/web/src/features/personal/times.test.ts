import { expect, test } from 'vitest'
import { timesFrom } from './times.ts'

test('tomorrow is the next day at nine, also from a few minutes before midnight', () => {
  const late = new Date(2026, 10, 30, 23, 58).getTime()
  const [soon, hour, morning] = timesFrom(late).map(({ at }) => at)
  expect([soon! - late, hour! - late]).toEqual([20 * 60_000, 60 * 60_000])
  expect(morning).toBe(new Date(2026, 11, 1, 9).getTime())
})
