import {
  startEngine,
  TransportLost,
  type ChannelItem,
  type Me,
  type RunningEngine,
  type Transport,
} from '@reforms/client'
import { createNodePorts, openMemoryDatabase } from '@reforms/client/node'
import { fillTestingMessages } from '@reforms/client/testing-messages'
import type { ChannelId, UserId } from '@reforms/protocol'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { archiveOf, type ExportOrder, type ExportProgress } from './archive.ts'
import { folderOf } from './paths.ts'
import { zipOf } from './run-export.ts'

const MESSAGES = 10_000
const FILLED_MS = 60_000
const NAME = '../Ward 3: <b>"early" & late</b>'

const lost = () => Promise.reject(new TransportLost('there is no server'))
const NOBODY: Transport = {
  call: lost,
  open: () => undefined,
  close: () => undefined,
  upload: lost,
  download: lost,
}

let engine: RunningEngine
let channelId: ChannelId

/** All messages are of one channel. */
beforeAll(async () => {
  const database = openMemoryDatabase()
  fillTestingMessages(database, MESSAGES)
  channelId = database.all('SELECT channel_id FROM channel LIMIT 1')[0]?.['channel_id'] as ChannelId
  database.run("UPDATE entry SET channel_id = ?, place = 'channel'", [channelId])
  database.run(
    'UPDATE channel SET first_seq = 1, head_before = zeroblob(32), seq = ?, head = zeroblob(32) WHERE channel_id = ?',
    [MESSAGES, channelId],
  )
  const ports = createNodePorts({ serverUrl: 'http://localhost:1', database })
  engine = await startEngine({ ...ports, transport: NOBODY })
}, FILLED_MS)
afterAll(() => engine?.stop())

function orderFor(onProgress: (progress: ExportProgress) => void): ExportOrder {
  return {
    engine,
    me: { userId: 'u' as UserId, userName: 'ana', displayName: 'Ana', role: 'member' } as Me,
    server: 'https://chat.example.org',
    channels: [{ channelId, kind: 'public', name: NAME, topic: 'All of us' } as ChannelItem],
    withFiles: true,
    timeZone: 'Europe/Prague',
    now: Date.UTC(2026, 2, 14, 12),
    signal: new AbortController().signal,
    onProgress,
    onLeftOut: () => undefined,
  }
}

test('10,000 messages are all in the archive, in order, as pages and as JSON, and are read a page at a time', async () => {
  const seen: ExportProgress[] = []
  const order = orderFor((progress) => seen.push(progress))
  const zip = new Uint8Array(
    await new Response(zipOf(archiveOf(order, [{ here: MESSAGES, missing: 2 }])) as BodyInit).arrayBuffer(),
  )
  const files = Object.fromEntries(
    Object.entries(unzipSync(zip)).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]),
  )
  const folder = folderOf(1, NAME)
  const pages = ['1', '2', '3', '4', '5'].map((number) => `${folder}/messages-${number}.html`)
  expect(Object.keys(files)).toEqual([...pages, `${folder}/messages.json`, 'export.json', 'index.html'])

  const { items: all, ...about } = JSON.parse(files[`${folder}/messages.json`] ?? '') as { items: Item[] }
  // Beside each stands that its sender's clock was wrong.
  const items = all.filter(({ kind }) => kind === 'message')
  expect(about).toMatchObject({ format: 'reforms-channel', version: 1, channelId, name: NAME })
  expect(items.map(({ seq }) => seq)).toEqual(Array.from({ length: MESSAGES }, (_, index) => index + 1))
  const manifest = JSON.parse(files['export.json'] ?? '') as { channels: object[] }
  expect(manifest.channels[0]).toMatchObject({ pages, missing: 2, messages: `${folder}/messages.json` })

  const written = pages.map((page) => files[page]).join('')
  const places = [...written.matchAll(/<article id="m(\d+)"/g)].map(([, seq]) => Number(seq))
  expect(places).toEqual(items.map(({ seq }) => seq))
  for (const { text } of [items[0]!, items[4999]!, items.at(-1)!]) expect(written).toContain(text)
  const anchors = new Set(written.match(/id="d[\d-]+"/g))
  const links = [...(files['index.html'] ?? '').matchAll(/#(d[\d-]+)"/g)].map(([, day]) => `id="${day}"`)
  expect(new Set(links)).toEqual(anchors)
  expect(written + files['index.html']).not.toMatch(/<b>|<script/)
  const last = seen.at(-1)!
  expect(last.done).toBe(last.of)
  expect(seen.length).toBeGreaterThan(MESSAGES / 500)
})

interface Item {
  kind: string
  seq: number
  text: string
}

test('a cancelled export ends, and what it was writing with it', async () => {
  const stopping = new AbortController()
  const order = { ...orderFor(() => stopping.abort()), signal: stopping.signal }
  const zip = zipOf(archiveOf(order, [{ here: MESSAGES, missing: 0 }]))
  await expect(new Response(zip as BodyInit).arrayBuffer()).rejects.toThrow()
})
