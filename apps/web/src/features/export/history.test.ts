import { IntentError, type Engine, type HistoryItem } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { expect, test, vi } from 'vitest'
import { filesOfHistory } from './history.ts'

const RANGE_BYTES = 1024 * 1024
const channelId = 'c' as ChannelId
const offline = () => new IntentError({ code: 'offline', message: 'away' })
const gone = () => new IntentError({ code: 'not-found', message: 'gone' })

/** Three files of two ranges each. */
async function* history() {
  const files = ['a', 'b', 'c'].map((blobId) => ({ blobId, name: `${blobId}.bin`, size: RANGE_BYTES + 1 }))
  yield [{ item: { kind: 'message', seq: 7, files }, hasThread: false } as unknown as HistoryItem]
}

/** `fault` of a range, the first time and later ones. */
async function written(
  fault: (range: string, time: number) => Error | undefined,
  stopping = new AbortController(),
) {
  const times = new Map<string, number>()
  const send = async (_: string, { blobId, start }: { blobId: string; start: number }) => {
    const range = `${blobId}${start === 0 ? 1 : 2}`
    times.set(range, (times.get(range) ?? 0) + 1)
    const error = fault(range, times.get(range) ?? 0)
    if (error) throw error
    return { bytes: new Uint8Array(start === 0 ? RANGE_BYTES : 1) }
  }
  const onOffline = vi.fn<() => void>()
  const leftOut: string[] = []
  const source = {
    engine: { send } as unknown as Engine,
    signal: stopping.signal,
    onOffline,
    onLeftOut: (blobId: string) => void leftOut.push(blobId),
  }
  const sizes: Record<string, number> = {}
  for await (const { blobId, bytes } of filesOfHistory(source, channelId, history())) {
    sizes[blobId] = 0
    for await (const part of bytes) sizes[blobId] += part.length
  }
  return { sizes, leftOut, onOffline }
}

test('without a connection a file is asked for again, and none is left out', async () => {
  const { sizes, leftOut, onOffline } = await written((range, time) =>
    (range === 'a1' || range === 'b2') && time === 1 ? offline() : undefined,
  )
  expect(leftOut).toEqual([])
  expect(onOffline).toHaveBeenCalledTimes(2)
  expect(sizes).toEqual({ a: RANGE_BYTES + 1, b: RANGE_BYTES + 1, c: RANGE_BYTES + 1 })
})

test('a file that is gone, or breaks off, is told as left out, and the others are written', async () => {
  const { sizes, leftOut } = await written((range) => (range === 'a1' || range === 'b2' ? gone() : undefined))
  expect(leftOut).toEqual(['a', 'b'])
  expect(sizes).toEqual({ b: RANGE_BYTES, c: RANGE_BYTES + 1 })
})

test('whoever cancels while there is no connection does not wait for it', async () => {
  const stopping = new AbortController()
  const ending = written(() => offline(), stopping)
  setTimeout(() => stopping.abort(), 20)
  await expect(ending).rejects.toMatchObject({ name: 'AbortError' })
})
