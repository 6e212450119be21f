import { expect, it, vi } from 'vitest'
import { endWithin } from './ending.ts'
import { onePiece, persistently } from './pieces.ts'
import { pageAt, pixelRatio, zoomed } from './scale.ts'

const MIB = 1024 * 1024

it('a long range is read in pieces that the engine gives, and is the same', async () => {
  const asked: number[][] = []
  const bytes = await onePiece(3, 9 * MIB, async (from, to) => {
    asked.push([from, to])
    return new Uint8Array(to - from).fill(asked.length)
  })
  expect(asked).toEqual([
    [3, 4 * MIB + 3],
    [4 * MIB + 3, 8 * MIB + 3],
    [8 * MIB + 3, 9 * MIB],
  ])
  expect([bytes.length, bytes[0], bytes[4 * MIB], bytes.at(-1)]).toEqual([9 * MIB - 3, 1, 2, 3])
})

it('what cannot be read now is read later, less and less often, as long as it is wanted', async () => {
  const waited: number[] = []
  const wait = (ms: number) => Promise.resolve(void waited.push(ms))
  let tried = 0
  const onceIn = (times: number) => async () => {
    tried += 1
    if (tried < times) throw new Error('no connection')
    return tried
  }
  expect(await persistently(onceIn(7), () => true, wait)).toBe(7)
  expect(waited).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000])
  tried = 0
  await expect(persistently(onceIn(3), () => false, wait)).rejects.toThrow('no connection')
  await expect(persistently(onceIn(3), () => waited.length < 7, wait)).rejects.toThrow('no connection')
  tried = 0
  await expect(persistently(onceIn(100), () => true, wait)).rejects.toThrow('no connection')
  expect(tried).toBe(8)
})

it('a worker that does not answer is cut off all the same, and one that does at once', async () => {
  vi.useFakeTimers()
  try {
    const [stuck, well] = [vi.fn(), vi.fn()]
    endWithin(() => new Promise(() => undefined), stuck)
    endWithin(() => Promise.resolve(), well)
    await vi.advanceTimersByTimeAsync(100)
    expect([stuck, well].map(({ mock }) => mock.calls.length)).toEqual([0, 1])
    await vi.advanceTimersByTimeAsync(2000)
    expect([stuck, well].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
  } finally {
    vi.useRealTimers()
  }
})

it('zoom goes by steps, and stops at the ends', () => {
  expect([zoomed(1, 1), zoomed(1, -1), zoomed(4, 1), zoomed(0.5, -1)]).toEqual([1.25, 0.75, 4, 0.5])
})

it('a canvas has no more pixels than a phone can hold', () => {
  expect(pixelRatio(600, 800, 2)).toBe(2)
  const ratio = pixelRatio(3000, 4000, 3)
  expect(3000 * ratio * 4000 * ratio).toBeLessThanOrEqual(12_000_001)
  expect(100_000 * pixelRatio(100_000, 1, 2)).toBeLessThanOrEqual(16_384)
})

it('the page is the one in the middle', () => {
  const tops = [0, 100, 200]
  expect([pageAt(tops, 50), pageAt(tops, 150), pageAt(tops, 900), pageAt([], 0)]).toEqual([1, 2, 3, 1])
})
