import { expect, it } from 'vitest'
import { levelsOf, loudnessOf } from './levels.ts'

it('FIL-8: the loudest part is 255, silence 0, and a quiet room is not drawn as speech', () => {
  expect(levelsOf([0, 0.1, 0.4])).toEqual([0, 128, 255])
  expect(Math.max(...levelsOf([0.001, 0.0005]))).toBeLessThan(60)
})

it('many samples become as many levels as a message carries, each the loudest of its part', () => {
  const loudness = Array.from({ length: 1000 }, (_, at) => (at === 500 ? 1 : 0.25))
  const levels = levelsOf(loudness, 10)
  expect(levels).toEqual([128, 128, 128, 128, 128, 255, 128, 128, 128, 128])
  expect(levelsOf(loudness)).toHaveLength(64)
})

it('nothing heard is one level of silence', () => {
  expect(levelsOf([])).toEqual([0])
  expect(loudnessOf(new Float32Array(0))).toBe(0)
  expect(loudnessOf(Float32Array.of(1, -1))).toBe(1)
})
