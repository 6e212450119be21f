import { encodeContent, signRedaction, type MessageContent } from '@reforms/crypto'
import type { Entry } from '@reforms/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import type { TimelineItem } from '../../engine-api.ts'
import type { Context } from '../context.ts'
import { prepareDatabase } from '../database-schema.ts'
import { saveStart } from '../tables/channels.ts'
import { rebuildRelations } from '../tables/relations.ts'
import { newChannel, type TestChannel, type TestUser } from '../testing-channel.ts'
import { pinsView, threadView, timelineView } from '../views/timeline.ts'
import { applyForward, readBackwards } from './applying.ts'
import { versionsOf } from './relating.ts'
import { threadFacts, unreadThreads } from './threads.ts'

type MessageItem = Extract<TimelineItem, { kind: 'message' }>
type About = Partial<MessageContent> & { type: MessageContent['type'] }

let channel: TestChannel
let root: Entry

beforeEach(async () => {
  channel = await newChannel('ana')
  channel.device.me = { userId: channel.ben.userId, userName: 'ben', displayName: 'Ben', role: 'member' }
  root = await channel.log.appendMessage(channel.ben, channel.record, 'Room 7')
})

/** What somebody says about an entry; the header and the content may be made to disagree. */
function about(from: TestUser, target: Entry, content: object, relatesTo: number | null = target.seq) {
  const { log, record } = channel
  const sent = { seq: log.entries.length, head: log.head }
  const to = { seq: target.seq, clientId: target.clientId }
  const said = encodeContent({ to, sent, sentAt: 1, ...content } as unknown as MessageContent)
  return log.appendMessage(from, record, said, relatesTo === null ? {} : { relatesTo })
}

const edit = (from: TestUser, text: string, target = root) =>
  about(from, target, { type: 'edit', text } as About)
const react = (from: TestUser, emoji: string, on = true, target = root) =>
  about(from, target, { type: 'reaction', emoji, on } as About)
const answer = (from: TestUser, text: string, target = root, inChannel = false) =>
  about(from, target, { type: 'thread', text, inChannel } as About)
const pin = (from: TestUser, on = true) => about(from, root, { type: 'pin', on } as About)

async function order(
  from: TestUser,
  target: Entry,
  edits: Entry[] = [],
  stood: 'channel' | 'thread' = 'channel',
) {
  const { channelId, seq, clientId } = target
  const named =
    edits.length > 0 ? { edits: edits.map((each) => ({ seq: each.seq, clientId: each.clientId })) } : {}
  const payload = await signRedaction(from.signature, { channelId, seq, clientId, ...named, stood })
  return channel.log.append({ from, kind: 'redaction', epoch: 1, payload, relatesTo: seq })
}

const withoutPayload = ({ payload: _, ...entry }: Entry): Entry => entry

/** The log as it stands, from its beginning; `erased` as a server gives what it has erased. */
async function apply(device: Context, ...erased: Entry[]): Promise<void> {
  const { channelId, entries } = channel.log
  const given = entries.map((entry) => (erased.includes(entry) ? withoutPayload(entry) : entry))
  await applyForward(device, channelId, given, false)
}

/** The log from its end, page by page, as history is read. */
async function applyBackwards(pages: Entry[][]): Promise<void> {
  const { device, log } = channel
  await applyForward(device, log.channelId, log.entries.slice(0, 2), false)
  device.database.transaction(() => saveStart(device.database, log.channelId, 1, new Uint8Array(32)))
  for (const page of pages) {
    const { store } = await readBackwards(device, page)
    device.database.transaction(store)
  }
}

function items(): MessageItem[] {
  const { device, log } = channel
  return timelineView(device, { channelId: log.channelId, limit: 100 }).items.filter(
    (item): item is MessageItem => item.kind === 'message',
  )
}
const first = () => items()[0]!
const signs = () => first().reactions?.map(({ emoji, people }) => `${emoji}${people.length}`) ?? []
const words = () => items().map(({ text, redacted }) => (redacted ? 'deleted' : text))

describe('reactions', () => {
  it('REL-2: of what somebody said with one sign the last holds, others’ stay, and none of it stands in the channel', async () => {
    const { ana, ben, device } = channel
    await react(ana, '👍')
    await react(ben, '👍')
    await react(ana, '🎉')
    await react(ana, '👍', false)
    await react(ben, '👍', false)
    await react(ben, '👍')
    await apply(device)
    expect(signs()).toEqual(['👍1', '🎉1'])
    expect(first().reactions?.[0]?.mine).toBe(true)
    expect(words()).toEqual(['Room 7'])
  })

  it('REL-2: is one emoji: words and two of them are none', async () => {
    const marked = `👍${'\u0335'.repeat(40)}`
    const chain = Array.from({ length: 20 }, () => '👩').join('\u200d')
    for (const sign of ['no', 'x', '👍👍', ' 👍', marked, chain]) await react(channel.ana, sign)
    const good = ['👩‍⚕️', '🇩🇪', '👍🏽', '❤️', '7️⃣', '☺︎', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '👩🏿‍❤️‍💋‍👨🏻']
    for (const sign of good) await react(channel.ana, sign)
    await apply(channel.device)
    expect(signs()).toEqual(good.map((sign) => `${sign}1`))
  })

  it('EMO-3: or the name of one of the organisation’s own, whether it is known here or not', async () => {
    for (const sign of [':Thanks:', ':30:', 'thanks', ':a b:', '::', ':thanks: '])
      await react(channel.ana, sign)
    await react(channel.ana, ':thank_you_ward:')
    await apply(channel.device)
    expect(signs()).toEqual([':thank_you_ward:1'])
  })

  it('REL-7: one that is erased counts as never said', async () => {
    const { ana, device } = channel
    await react(ana, '👍')
    const off = await react(ana, '👍', false)
    await order(ana, off)
    await apply(device, off)
    expect(signs()).toEqual(['👍1'])
  })
})

describe('edits', () => {
  it('REL-3: the author’s last one holds, earlier texts are there on demand', async () => {
    const { ben, device, log } = channel
    await edit(ben, 'Room 8')
    await edit(ben, 'Room 9')
    await apply(device)
    expect(first()).toMatchObject({ text: 'Room 9', editedAt: log.entries.at(-1)?.at })
    const { versions } = versionsOf(device, { channelId: log.channelId, seq: root.seq })
    expect(versions.map(({ text }) => text)).toEqual(['Room 7', 'Room 8', 'Room 9'])
  })

  it('REL-3: by somebody who is not the author changes nothing', async () => {
    await edit(channel.ana, 'Room 666')
    await apply(channel.device)
    expect(first().text).toBe('Room 7')
    expect(first().editedAt).toBeUndefined()
  })
})

describe('what lies about what it relates to', () => {
  it('REL-1: content and header that disagree, another clientId, a later entry: no relation', async () => {
    const { ben, ana, device, log, record } = channel
    const other = await log.appendMessage(ben, record, 'Other')
    await about(ben, root, { type: 'edit', text: 'Lie' }, other.seq)
    await about(ben, root, { type: 'edit', text: 'Lie' }, null)
    await about(ben, { ...root, clientId: other.clientId }, { type: 'edit', text: 'Lie' })
    await about(ana, { ...root, seq: 99 }, { type: 'reaction', emoji: '👍', on: true })
    await about(ana, { ...root, seq: 99 }, { type: 'reply', text: 'To what comes' })
    await apply(device)
    expect(words()).toEqual(['Room 7', 'Other', 'To what comes'])
    expect(items().some((item) => item.reactions ?? item.answers ?? item.editedAt)).toBe(false)
  })

  it('REL-1: a reaction to what is no message, or to another reaction, is nowhere', async () => {
    const { ana, device, log } = channel
    const reaction = await react(ana, '👍')
    await react(ana, '🎉', true, reaction)
    await react(ana, '🎉', true, log.entries[0])
    await apply(device)
    expect(signs()).toEqual(['👍1'])
    expect(items()).toHaveLength(1)
  })

  it('REL-4: an answer in the thread of what is no message, or itself stands in a thread, is in the channel', async () => {
    const { ana, device, log } = channel
    await answer(ana, 'To a commit', log.entries[0])
    const inThread = await answer(ana, 'In the thread')
    await answer(ana, 'To an answer', inThread)
    await apply(device)
    expect(words()).toEqual(['Room 7', 'To a commit', 'To an answer'])
    expect(first().thread?.count).toBe(1)
  })
})

describe('threads', () => {
  it('REL-4, REL-9: stand in their pane, with who answered; unread until read or written in', async () => {
    const { ana, ben, device, log } = channel
    await answer(ana, 'One')
    await answer(ana, 'Two', root, true)
    await apply(device)
    expect(words()).toEqual(['Room 7', 'Two'])
    expect(first().thread).toMatchObject({ count: 2, unread: 2 })
    expect(unreadThreads(device, log.channelId)).toEqual([root.seq])
    const view = threadView(device, { channelId: log.channelId, root: root.seq })
    expect(view.items.map((item) => 'text' in item && item.text)).toEqual(['Room 7', 'One', 'Two'])
    await answer(ben, 'Three')
    await apply(device)
    expect(threadFacts(device, log.channelId, root.seq)).toMatchObject({ count: 3, unread: 0 })
    expect(unreadThreads(device, log.channelId)).toEqual([])
  })
})

describe('erasing', () => {
  it('REL-7: takes the edits along, those that come later too, and what was said about it', async () => {
    const { ana, ben, device } = channel
    const change = await edit(ben, 'Room 8')
    await react(ana, '👍')
    await order(ben, root, [change])
    await edit(ben, 'Room 9')
    await apply(device, root, change)
    expect(words()).toEqual(['deleted'])
    expect(first()).not.toHaveProperty('reactions')
    const kept = device.database.all("SELECT seq FROM entry WHERE instr(content, 'Room') > 0")
    expect(kept).toEqual([])
  })

  it('REL-7: an order takes no entry along that is not an edit of its author’s message', async () => {
    const { ana, ben, device, log, record } = channel
    const other = await log.appendMessage(ana, record, 'Hers')
    await order(ben, root, [other])
    await apply(device, root, other)
    expect(words()).toEqual(['deleted'])
    expect(timelineView(device, { channelId: log.channelId, limit: 9 }).items).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('does not give out') as string }),
    )
  })

  it('REL-7: the tombstone of an answer stands in its thread', async () => {
    const { ana, device, log } = channel
    const one = await answer(ana, 'One')
    await answer(ana, 'Two')
    await order(ana, one, [], 'thread')
    await apply(device, one)
    expect(words()).toEqual(['Room 7'])
    const { items: inThread } = threadView(device, { channelId: log.channelId, root: root.seq })
    expect(inThread.map((item) => 'redacted' in item)).toEqual([false, true, false])
  })
})

describe('pins', () => {
  it('REL-5: the last word holds, whoever said it', async () => {
    const { ana, ben, device, log } = channel
    await pin(ana)
    await apply(device)
    expect(pinsView(device, log.channelId).items).toHaveLength(1)
    await pin(ben, false)
    await apply(device)
    expect(pinsView(device, log.channelId).items).toEqual([])
    expect(first().pinned).toBeUndefined()
  })
})

describe('in whatever order it comes', () => {
  it('REL-6: read backwards, in pages, twice, or built anew, it is the same as read forwards', async () => {
    const { ana, ben, device, log, record } = channel
    await react(ana, '👍')
    const change = await edit(ben, 'Room 8')
    const inThread = await answer(ana, 'In the thread')
    await answer(ana, 'To an answer', inThread)
    await answer(ana, 'To a commit', log.entries[0], true)
    const gone = await log.appendMessage(ben, record, 'Gone')
    const late = await edit(ben, 'Gone too', gone)
    await pin(ana)
    await order(ben, gone, [late])
    await react(ana, '👍', false)
    await react(ben, '👍')
    const erased = [gone, late]
    const given = log.entries.map((entry) => (erased.includes(entry) ? withoutPayload(entry) : entry))
    await applyBackwards(
      given
        .slice(2)
        .reverse()
        .map((entry) => [entry]),
    )
    const backwards = items()
    device.database.transaction(() => {
      device.database.run('DELETE FROM relation', [])
      rebuildRelations(device.database)
      rebuildRelations(device.database)
    })
    expect(items()).toEqual(backwards)
    const other = await newDevice()
    await apply(other, ...erased)
    channel = { ...channel, device: other }
    expect(items()).toEqual(backwards)
    expect(change.seq).toBeLessThan(gone.seq)
  })
})

/** Another database of the same user, which has read nothing. */
async function newDevice(): Promise<Context> {
  const { deviceOf } = await import('../testing-channel.ts')
  const { device, ben, log } = channel
  const other = deviceOf(ben, log)
  other.me = device.me
  for (const table of ['epoch', 'leaf_change', 'proven_leaf']) copyTable(device, other, table)
  return other
}

function copyTable(from: Context, to: Context, table: string): void {
  to.database.transaction(() => {
    for (const row of from.database.all(`SELECT * FROM ${table}`)) {
      const marks = Object.keys(row).map(() => '?')
      to.database.run(`INSERT INTO ${table} VALUES (${marks.join(', ')})`, Object.values(row))
    }
  })
}

describe('a database of an older program', () => {
  it('REL-6, MSG-8: what it kept and could not show is understood after the update', async () => {
    const { ana, device } = channel
    await react(ana, '👍')
    await apply(device)
    const { database } = device
    database.exec(
      'DROP TABLE beacon; DROP TABLE emoji; DROP INDEX entry_notices; DROP INDEX entry_with_files',
    )
    database.exec('DROP TABLE team; DROP INDEX entry_calling; ALTER TABLE entry DROP COLUMN calls_team')
    database.exec('DROP TABLE relation; DROP TABLE thread_read; DROP INDEX entry_in_thread')
    database.exec('DROP TABLE search_index; DROP TABLE search_row; DROP TABLE search_todo')
    database.exec(
      'DROP TABLE transfer; DROP TABLE register; DROP TABLE policy_at; DROP TABLE about; DROP TABLE inbox_item',
    )
    database.exec('ALTER TABLE channel DROP COLUMN name_by_moderator')
    database.exec('ALTER TABLE entry DROP COLUMN place; ALTER TABLE entry DROP COLUMN calls_all')
    database.exec('PRAGMA user_version = 2')
    prepareDatabase(database)
    expect(signs()).toEqual(['👍1'])
  })
})
