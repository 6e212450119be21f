import { expect, test } from 'vitest'
import { withoutSpoilers } from './spoiler.ts'

test.each([
  ['It was ||the butler|| in the end', 'It was ▮▮▮ in the end'],
  ['||a|| and ||b||', '▮▮▮ and ▮▮▮'],
  ['||a | b||', '▮▮▮'],
  ['||over\ntwo lines||', '▮▮▮'],
  ['a || b', 'a || b'],
  ['|| ||', '|| ||'],
  ['||||', '||||'],
])('%j is told as %j', (text, told) => {
  expect(withoutSpoilers(text)).toBe(told)
})

test('whatever the number of bars, it takes no time', () => {
  const started = performance.now()
  withoutSpoilers('|'.repeat(40_000))
  withoutSpoilers('||a|'.repeat(10_000))
  withoutSpoilers('|| '.repeat(13_000))
  expect(performance.now() - started).toBeLessThan(1000)
})
