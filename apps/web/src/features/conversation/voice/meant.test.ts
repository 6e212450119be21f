import { expect, test } from 'vitest'
import { isMeant } from './meant.ts'

test('the second click of a double one, and one that comes right after sending, are not meant for the microphone', () => {
  expect(isMeant({ detail: 1, timeStamp: 5000 }, -Infinity)).toBe(true)
  expect(isMeant({ detail: 2, timeStamp: 5000 }, -Infinity)).toBe(false)
  // Taps are counted one by one; one that waited while the page was busy is older than the button.
  for (const timeStamp of [3900, 4000, 4499]) expect(isMeant({ detail: 1, timeStamp }, 4000)).toBe(false)
  expect(isMeant({ detail: 1, timeStamp: 4500 }, 4000)).toBe(true)
  expect(isMeant({ detail: 0, timeStamp: 4600 }, 4000)).toBe(true)
})
