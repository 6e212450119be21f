import { afterEach, expect, test, vi } from 'vitest'
import { ask, fileWantedBy, headersFor, nextRange, rangeOf, streamOf } from './file-stream.ts'
import type { RangeRequest } from './stream-messages.ts'

const ORIGIN = 'https://chat.example.org'
const wanted = (path: string, method = 'GET') => fileWantedBy({ method, url: `${ORIGIN}${path}` }, ORIGIN)

afterEach(() => vi.useRealTimers())

test('only addresses of files are answered for', () => {
  expect(wanted('/file-stream/abc')).toBe('abc')
  expect(wanted('/file-stream/abc?save')).toBe('abc')
  for (const path of ['/', '/api/blobs/abc', '/assets/file-stream/abc']) expect(wanted(path)).toBeUndefined()
  expect(wanted('/file-stream/abc', 'POST')).toBeUndefined()
  expect(
    fileWantedBy({ method: 'GET', url: 'https://elsewhere.example/file-stream/abc' }, ORIGIN),
  ).toBeUndefined()
})

test('nothing that could run is shown: it is saved', () => {
  const typeOf = (mediaType: string, isSaved = false) => {
    const headers = headersFor({ size: 1, mediaType, name: "a'b.html" }, isSaved)
    return [headers['content-type'], headers['content-disposition']]
  }
  const saved = ['application/octet-stream', "attachment; filename*=UTF-8''a%27b.html"]
  for (const type of ['text/html', 'image/svg+xml', 'application/pdf', 'video/mp4; x', 'text/xml', ''])
    expect(typeOf(type)).toEqual(saved)
  expect(typeOf('audio/wav')).toEqual(['audio/wav', 'inline'])
  expect(typeOf('audio/wav', true)).toEqual(saved)
})

test('what is made while it is saved has no size and no ranges', () => {
  const headers = headersFor({ mediaType: 'application/zip', name: 'history.zip' }, true)
  expect(headers).toMatchObject({ 'accept-ranges': 'none', 'content-type': 'application/octet-stream' })
  expect(headers['content-disposition']).toContain('attachment')
})

test('a range as a player asks for it', () => {
  expect(rangeOf('bytes=0-', 100)).toEqual({ start: 0, end: 100 })
  expect(rangeOf('bytes=10-19', 100)).toEqual({ start: 10, end: 20 })
  expect(rangeOf('bytes=90-200', 100)).toEqual({ start: 90, end: 100 })
  expect(rangeOf('bytes=-10', 100)).toEqual({ start: 90, end: 100 })
  expect(rangeOf('bytes=100-', 100)).toBe('unsatisfiable')
  for (const header of [null, 'bytes=-', 'bytes=0-1,5-6', 'items=0-1'])
    expect(rangeOf(header, 100)).toBeUndefined()
})

test('FIL-4: a file is read chunk by chunk, so that each is fetched once and the hash is followed to the end', () => {
  const MIB = 1024 * 1024
  expect(nextRange(0, 5 * MIB)).toEqual({ start: 0, end: MIB })
  expect(nextRange(MIB, 5 * MIB)).toEqual({ start: MIB, end: 2 * MIB })
  expect(nextRange(MIB + 10, 5 * MIB)).toEqual({ start: MIB + 10, end: 2 * MIB })
  expect(nextRange(4 * MIB, 4 * MIB + 7)).toEqual({ start: 4 * MIB, end: 4 * MIB + 7 })
  expect(nextRange(0, 0)).toEqual({ start: 0, end: 0 })
})

test('a page that says that it waits is waited for; one that says nothing for two minutes is not', async () => {
  vi.useFakeTimers()
  const port = { postMessage: () => undefined } as unknown as MessagePort
  const hear = (data: object) => port.onmessage?.({ data } as MessageEvent)
  const range = { start: 0, end: 1 }
  const waited = ask(port, range)
  for (let minute = 0; minute < 10; minute += 1) {
    await vi.advanceTimersByTimeAsync(60_000)
    hear({ waiting: true })
  }
  hear({ bytes: new Uint8Array(1) })
  expect((await waited).bytes).toHaveLength(1)
  const silent = ask(port, range)
  await vi.advanceTimersByTimeAsync(120_000)
  expect(await silent).toEqual({})
})

test('of a file that is streamed no part is held on to once the next one is asked for', async () => {
  const MIB = 1024 * 1024
  const { port1: port, port2: page } = new MessageChannel()
  page.onmessage = ({ data: { start, end } }: MessageEvent<RangeRequest>) =>
    page.postMessage({ bytes: new Uint8Array(end - start).fill(start / MIB + 1) })
  const reader = streamOf(port, 0, 2 * MIB + 3).getReader()
  const parts: Uint8Array[] = []
  for (let part = await reader.read(); part.value; part = await reader.read()) {
    expect(parts.map(({ length }) => length)).toEqual(parts.map(() => 0))
    expect([part.value[0], part.value.at(-1)]).toEqual([parts.length + 1, parts.length + 1])
    parts.push(part.value)
  }
  expect(parts.map(({ length }) => length)).toEqual([0, 0, 3])
  page.close()
})
