/** Who may write again at once. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Awaited } from './awaited.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})

afterEach(() => {
  vi.useRealTimers()
})

test('whoever was answered a moment ago is awaited, until they write or the moment is over', () => {
  const awaited = new Awaited<string>(10)
  expect(awaited.isAnybody()).toBe(false)
  awaited.answered('ada')
  vi.advanceTimersByTime(5)
  awaited.answered('ben')
  awaited.came('ada')
  expect(awaited.isAnybody()).toBe(true)
  vi.advanceTimersByTime(9)
  expect(awaited.isAnybody()).toBe(true)
  vi.advanceTimersByTime(1)
  expect(awaited.isAnybody()).toBe(false)
})

test('the last answer counts, whoever was first', () => {
  const awaited = new Awaited<string>(10)
  awaited.answered('ada')
  awaited.answered('ben')
  vi.advanceTimersByTime(5)
  awaited.answered('ada')
  awaited.came('ben')
  vi.advanceTimersByTime(5)
  expect(awaited.isAnybody()).toBe(true)
  awaited.came('ada')
  expect(awaited.isAnybody()).toBe(false)
})
