import { expect, it } from 'vitest'
import { nextPlace } from './EmojiPicker.tsx'

/** Ten of ours, in rows of eight and two; eleven standard ones below, in rows of eight and three. */
const SIZES = [10, 11]

it('the arrows walk through the groups of emoji as they stand, and stop at the ends', () => {
  const walked = (key: string, from: number[]) => from.map((place) => nextPlace(key, place, SIZES))
  expect(walked('ArrowDown', [0, 7, 9, 10, 17, 20])).toEqual([8, 9, 11, 18, 20, 20])
  expect(walked('ArrowUp', [0, 9, 12, 17, 18])).toEqual([0, 1, 9, 9, 10])
  expect(walked('ArrowRight', [9, 20])).toEqual([10, 20])
  expect(walked('ArrowLeft', [10, 0])).toEqual([9, 0])
  expect(walked('ArrowDown', [3])).toEqual([9])
  expect(nextPlace('Enter', 0, SIZES)).toBeUndefined()
  expect(nextPlace('ArrowDown', 1, [0, 20])).toBe(9)
})
