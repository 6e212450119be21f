import { encodeContent } from '@reforms/crypto'
import type { BlobId, Entry } from '@reforms/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import type { TimelineView } from '../../engine-api.ts'
import type { Transport } from '../../ports.ts'
import { applyForward } from '../channel/applying.ts'
import { mendDivergedLog } from '../channel/diverged.ts'
import { fetchBackward, fetchStart } from '../channel/fetching.ts'
import { readChannel } from '../tables/channels.ts'
import { addToOutbox, removeFromOutbox, saveOutboxState } from '../tables/outbox.ts'
import { savePerson } from '../tables/people.ts'
import { eraseEntry } from '../tables/relations.ts'
import { newChannel, type TestChannel } from '../testing-channel.ts'
import { channelsView } from './channels.ts'
import { timelineView } from './timeline.ts'
import { isWanting } from './timeline-window.ts'

const TEXTS = ['One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight']
/** The first message's: the founding and Ben's entrance lie before it. */
const FIRST = 3
const PAGE = 4

let channel: TestChannel

beforeEach(async () => {
  channel = await newChannel()
  for (const text of TEXTS) await channel.log.appendMessage(channel.ana, channel.record, text)
})

const view = (
  params: { limit?: number; fromSeq?: number; toSeq?: number; around?: object } = {},
): TimelineView =>
  timelineView(channel.device, { channelId: channel.log.channelId, limit: 50, ...params } as never)
const textsOf = ({ items }: TimelineView) =>
  items.flatMap((item) => (item.kind === 'message' ? [item.text] : []))
const readAll = (entries: Entry[] = channel.log.entries) =>
  applyForward(channel.device, channel.log.channelId, [...entries], false)

describe('around a place', () => {
  beforeEach(() => readAll())

  it('shows so many before an entry and so many from it on, and that there is more on both sides', () => {
    const shown = view({ limit: 2, around: { seq: FIRST + 3, after: 2 } })
    expect(textsOf(shown)).toEqual(['Two', 'Three', 'Four', 'Five'])
    expect(shown).toMatchObject({ place: FIRST + 3, moreBefore: true, moreAfter: true, loading: false })
  })

  it('scrolls on either way by asking for more, to the newest', () => {
    expect(textsOf(view({ limit: 2, around: { seq: FIRST + 3, after: 4 } })).at(-1)).toBe('Seven')
    const all = view({ limit: 50, around: { seq: FIRST + 3, after: 50 } })
    expect(textsOf(all)).toEqual(TEXTS)
    expect(all).toMatchObject({ moreBefore: false, moreAfter: false })
  })

  it('finds the first entry of a time on', () => {
    const at = channel.log.entries[FIRST + 4]!.at
    expect(view({ limit: 1, around: { at, after: 1 } })).toMatchObject({ place: FIRST + 5 })
    expect(textsOf(view({ limit: 1, around: { at: at + 1e9, after: 1 } }))).toEqual(['Eight'])
    expect(textsOf(view({ limit: 1, around: { at: 0, after: 3 } }))).toEqual(['One'])
  })

  it('shows what waits to be sent only at the end', () => {
    const { channelId } = channel.log
    channel.device.me = { userId: channel.ben.userId, userName: 'b', displayName: 'Ben', role: 'member' }
    queue('Waiting')
    expect(textsOf(view({ limit: 2, around: { seq: FIRST, after: 2 } }))).toEqual(['One', 'Two'])
    expect(textsOf(view({ limit: 2, around: { seq: FIRST, after: 50 } })).at(-1)).toBe('Waiting')
    expect(timelineView(channel.device, { channelId, limit: 1 }).items).toHaveLength(2)
  })
})

it('FIL-9: a thumbnail that says it is large, or does not say how large, is not handed on', async () => {
  const [key, hash] = [new Uint8Array(32), new Uint8Array(32)]
  const facts = { name: 'a.png', mediaType: 'image/png', size: 9, key, hash, width: 9, height: 9 }
  const gif = (high: number) => Uint8Array.of(...Buffer.from('GIF89a'), 9, 0, 9, high, ...new Uint8Array(24))
  const files = [gif(0), gif(64), new Uint8Array(40)].map((thumbnail) => ({
    ...{ ...facts, thumbnail, blobId: crypto.randomUUID() as BlobId },
  }))
  const sent = { seq: channel.log.entries.length, head: channel.log.head }
  const said = encodeContent({ type: 'text', text: 'Pictures', files, sent, sentAt: 1 })
  await channel.log.appendMessage(channel.ana, channel.record, said)
  await readAll()
  const last = view().items.at(-1)
  const shown = last?.kind === 'message' ? last.files.map(({ thumbnail }) => thumbnail !== undefined) : []
  expect(shown).toEqual([true, false, false])
})

it('shows the first of hundreds that follow what is on the screen, and that there is more; or only the newest', async () => {
  await readAll()
  const columns = 'kind, generation, epoch, sender, sender_user, at, payload_hash, head, state, content'
  channel.device.database.run(
    `WITH RECURSIVE number (seq) AS (SELECT 100 UNION ALL SELECT seq + 1 FROM number WHERE seq < 700)
     INSERT INTO entry (channel_id, seq, client_id, ${columns})
     SELECT channel_id, number.seq, client_id || number.seq, ${columns} FROM number, entry WHERE entry.seq = ?`,
    [FIRST],
  )
  const following = view({ limit: 1, fromSeq: FIRST })
  expect([textsOf(following).length, following.moreAfter]).toEqual([400, true])
  const newest = view({ limit: 60 })
  expect([textsOf(newest).length, newest.moreAfter, newest.items.at(-1)?.seq]).toEqual([60, false, 700])
})

describe('up to a place', () => {
  beforeEach(() => readAll())

  it('shows what stands between two entries, and that there is more on both sides', () => {
    const shown = view({ limit: 1, fromSeq: FIRST + 2, toSeq: FIRST + 4 })
    expect(textsOf(shown)).toEqual(['Three', 'Four', 'Five'])
    expect(shown).toMatchObject({ moreBefore: true, moreAfter: true })
  })

  it('shows so many before it, and once nothing follows what waits to be sent', () => {
    channel.device.me = { userId: channel.ben.userId, userName: 'b', displayName: 'Ben', role: 'member' }
    queue('Waiting')
    expect(textsOf(view({ limit: 2, toSeq: FIRST + 2 }))).toEqual(['Two', 'Three'])
    const last = view({ limit: 1, fromSeq: FIRST + 6, toSeq: FIRST + 40 })
    expect(textsOf(last)).toEqual(['Seven', 'Eight', 'Waiting'])
    expect(last.moreAfter).toBe(false)
  })
})

function queue(text: string): string {
  const { log, device } = channel
  const clientId = device.newClientId()
  const sent = { seq: 1, head: log.entries[0]!.head }
  const content = encodeContent({ type: 'text', text, sent, sentAt: 1 })
  addToOutbox(device.database, { clientId, channelId: log.channelId, createdAt: 1, content })
  return clientId
}

describe('around a place that is not here yet', () => {
  beforeEach(async () => {
    channel.device.database.run('UPDATE channel SET seq = NULL, head = NULL, first_seq = NULL')
    serve(channel.log.entries)
    await fetchStart(channel.device, channel.log.channelId)
  })

  it('is loading, and wants older pages, until it is', async () => {
    const params = { channelId: channel.log.channelId, limit: 1, around: { seq: FIRST, after: 1 } }
    const wants = () =>
      isWanting(channel.device.database, readChannel(channel.device.database, params.channelId), params)
    expect(timelineView(channel.device, params)).toMatchObject({ loading: true, items: [] })
    while (wants()) expect(await fetchBackward(channel.device, params.channelId)).toBe(true)
    expect(timelineView(channel.device, params)).toMatchObject({ loading: false, place: FIRST })
  })

  it('takes no time for that of the first entry here while older ones are missing', async () => {
    const [at, around] = [channel.log.entries[0]!.at, { at: channel.log.entries[0]!.at, after: 1 }]
    expect(at).toBeGreaterThan(0)
    expect(view({ limit: 1, around })).toMatchObject({ loading: true })
    while (await fetchBackward(channel.device, channel.log.channelId));
    expect(view({ limit: 1, around })).toMatchObject({ loading: false, place: 1 })
  })
})

/** A server that gives pages of a few entries. */
function serve(entries: readonly Entry[]): void {
  channel.device.ports.transport = {
    call: async (_: string, { before }: { before: number }) => {
      const end = Math.min(before - 1, entries.length)
      const start = Math.max(0, end - PAGE)
      return {
        entries: entries.slice(start, end),
        headBefore: entries[start - 1]?.head ?? new Uint8Array(32),
      }
    },
  } as unknown as Transport
}

describe('what is kept', () => {
  /** What the views show must be what they would show without anything kept; and then show this. */
  function shows(what: (shown: TimelineView) => unknown, expected: unknown): void {
    const kept = { timeline: view(), channels: channelsView(channel.device) }
    expect(what(kept.timeline)).toEqual(expected)
    channel.device.viewCache.clear()
    expect(kept).toEqual({ timeline: view(), channels: channelsView(channel.device) })
  }
  const preview = () => channelsView(channel.device)[0]?.preview?.text

  it('shows what has been added, read late and erased since', async () => {
    await readAll(channel.log.entries.slice(0, FIRST))
    shows(textsOf, ['One'])
    await readAll()
    shows(textsOf, TEXTS)
    const { database } = channel.device
    eraseEntry(database, channel.log.channelId, { seq: FIRST, stood: 'channel' })
    channel.device.channelChanged(channel.log.channelId)
    shows(textsOf, ['', ...TEXTS.slice(1)])
    database.run("UPDATE entry SET state = 'bad' WHERE seq = ?", [FIRST + 1])
    channel.device.channelChanged(channel.log.channelId)
    shows(textsOf, ['', ...TEXTS.slice(2)])
  })

  it('shows what waits as its state changes, and no longer once it has gone', () => {
    channel.device.me = { userId: channel.ben.userId, userName: 'b', displayName: 'Ben', role: 'member' }
    const [first, second] = [queue('First'), queue('Second')]
    const states = ({ items }: TimelineView) =>
      items.map((item) => (item.kind === 'message' ? `${item.text} ${item.state}` : ''))
    shows(states, ['First waiting', 'Second waiting'])
    saveOutboxState(channel.device.database, first as never, 'failed', 'No')
    shows(states, ['First failed', 'Second waiting'])
    removeFromOutbox(channel.device.database, first as never)
    shows(states, ['Second waiting'])
    expect(second).not.toBe(first)
  })

  it('shows people under their new names', async () => {
    await readAll()
    shows(authorsOf, ['Somebody'])
    const { userId, identityKey } = channel.ana
    const person = { userId, userName: 'ana', role: 'member', active: true, identityKey } as const
    savePerson(channel.device.database, { ...person, displayName: 'Ana' } as never)
    channel.device.peopleChanged()
    shows(authorsOf, ['Ana'])
  })

  it('LOG-8: shows what a shorter log has in the places of what was cut off', async () => {
    channel.device.database.run("UPDATE channel SET kind = 'direct'")
    await readAll()
    expect(preview()).toBe('Eight')
    const { entries } = channel.log
    entries.splice(FIRST + 1)
    await channel.log.appendMessage(channel.ana, channel.record, 'Another')
    serve(entries)
    await mendDivergedLog(channel.device, channel.log.channelId)
    await readAll()
    shows((shown) => textsOf(shown).slice(0, 3), ['One', 'Two', 'Three'])
    shows((shown) => textsOf(shown).includes('Another'), true)
    expect(preview()).toBe('Another')
  })

  it('MSG-7: says of two histories once the entry that shows them is here', async () => {
    channel.device.database.run('UPDATE channel SET seq = NULL, head = NULL, first_seq = NULL')
    const sent = { seq: FIRST, head: channel.log.entries[0]!.head }
    const content = encodeContent({ type: 'text', text: 'Elsewhere', sent, sentAt: Date.now() })
    await channel.log.appendMessage(channel.ana, channel.record, content)
    serve(channel.log.entries)
    await fetchStart(channel.device, channel.log.channelId)
    const said = ({ items }: TimelineView) => items.some(({ key }) => key.endsWith('/histories'))
    shows(said, false)
    while (await fetchBackward(channel.device, channel.log.channelId));
    shows(said, true)
  })
})

const authorsOf = ({ items }: TimelineView) => [
  ...new Set(items.flatMap((item) => (item.kind === 'message' ? [item.authorName] : []))),
]
