/** When views are told of snapshots: the first at once, what follows together, once a frame, and also where there are no frames. */
import type { Engine } from '@reforms/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WatchStore } from './WatchStore.ts'

const say = new Map<string, (snapshot: unknown) => void>()
const engine = {
  watch: (query: string, _params: object, listener: (snapshot: unknown) => void) => {
    say.set(query, listener)
    return () => undefined
  },
} as unknown as Engine

let frames: (() => void)[] = []
let told: string[] = []
let store: WatchStore

beforeEach(() => {
  frames = []
  told = []
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame))
  vi.stubGlobal('cancelAnimationFrame', (frame: number) => void frames.splice(frame - 1, 1))
  store = new WatchStore(engine)
  store.subscribe('session', {}, () => told.push(`session ${String(store.snapshot('session', {}))}`))
  store.subscribe('channels', {}, () => told.push(`channels ${String(store.snapshot('channels', {}))}`))
})
afterEach(() => void vi.useRealTimers())

test('the first snapshot is told at once, what follows once a frame, with what is newest', () => {
  say.get('session')!('a')
  say.get('channels')!('1')
  expect(told).toEqual(['session a', 'channels 1'])
  for (const newer of ['b', 'c']) say.get('session')!(newer)
  say.get('channels')!('2')
  expect([told.length, frames.length]).toEqual([2, 1])
  frames[0]!()
  // The frame is painted first.
  expect(told).toHaveLength(2)
  vi.advanceTimersByTime(1)
  expect(told.slice(2)).toEqual(['session c', 'channels 2'])
  vi.advanceTimersByTime(1000)
  expect(told).toHaveLength(4)
})

test('a page that is not painted is told all the same, once', () => {
  say.get('session')!('a')
  say.get('session')!('b')
  vi.advanceTimersByTime(100)
  expect(told).toEqual(['session a', 'session b'])
  expect(frames).toHaveLength(0)
  vi.advanceTimersByTime(1000)
  expect(told).toHaveLength(2)
})
