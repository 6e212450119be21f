import { expect, test } from 'vitest'
import { afterChoosing } from './choosing.ts'

const poll = (several: boolean, ...mine: boolean[]) => ({
  options: mine.map((each) => ({ text: 'x', people: [], mine: each })),
  several,
  voters: 0,
})

test('where one may be chosen, the next takes its place; where several may, it comes beside them', () => {
  expect(afterChoosing(poll(false, true, false), 1)).toEqual([1])
  expect(afterChoosing(poll(true, false, true), 0)).toEqual([0, 1])
})

test('what is pressed once more is taken back', () => {
  expect(afterChoosing(poll(false, true, false), 0)).toEqual([])
  expect(afterChoosing(poll(true, true, true), 0)).toEqual([1])
})
