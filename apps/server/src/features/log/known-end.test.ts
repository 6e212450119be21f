/** The short way into a log: what it appends, and what it leaves to the long way with nothing changed. */
import { FIRST_HEAD } from '@reforms/crypto/public'
import type { ChannelId, ClientId, UserId } from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import type { Sql } from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from '../../adapters/database/testing.ts'
import { newId } from '../../testing.ts'
import { addTestChannel, addTestUser, letWaitForRemoval, type TestUser } from '../testing.ts'
import type { NewEntry } from './append.ts'
import type { Gathering } from './batch.ts'
import { entryColumns, entryOf, type EntryRow } from './entry-row.ts'
import { EndAppends, endAfter, KnownEnds, type KnownEnd } from './known-end.ts'

let database: TestDatabase
let sql: Sql
let [ada, ben, eve] = [] as unknown as [TestUser, TestUser, TestUser]
let channelId: ChannelId
let end: KnownEnd
let appends: EndAppends

beforeAll(async () => {
  database = await startTestDatabase()
  sql = database.sql
  appends = new EndAppends(sql)
  ada = await addTestUser(sql)
  ben = await addTestUser(sql)
  eve = await addTestUser(sql)
}, 60_000)
afterAll(() => database.stop())

beforeEach(async () => {
  channelId = await addTestChannel(sql, [ada, ben])
  end = await readEnd(channelId)
})

async function readEnd(ofChannel: ChannelId): Promise<KnownEnd> {
  const [row] = await sql<Omit<KnownEnd, 'channelId'>[]>`
    select seq::float8 as seq, head, generation::float8 as generation, epoch::float8 as epoch from channel
    where channel_id = ${ofChannel}`
  return { channelId: ofChannel, ...row! }
}

function message(sender: TestUser, changed: Partial<NewEntry> = {}): NewEntry {
  const { generation, epoch } = end
  const payload = new Uint8Array(randomBytes(50))
  return {
    kind: 'message',
    generation,
    epoch,
    sender,
    clientId: newId<ClientId>(),
    at: 5,
    payload,
    ...changed,
  }
}

function all(added: readonly NewEntry[]): Gathering<NewEntry> {
  return { size: added.length, take: () => added }
}

async function stored() {
  const rows = await sql<EntryRow[]>`
    select ${entryColumns(sql)} from log_entry where channel_id = ${channelId} and kind = 'message' order by seq`
  return rows.map(entryOf)
}

async function storedEnd() {
  const [row] = await sql`select seq::float8 as seq, head from channel where channel_id = ${channelId}`
  return { seq: row!['seq'] as number, head: new Uint8Array(row!['head'] as Buffer) }
}

test('LOG-1, LOG-2: what is appended stands in the log as it is told, and the next batch follows it', async () => {
  const first = [
    message(ada),
    message(ben, { relatesTo: 1, notify: [ada.userId, eve.userId] }),
    message(ada, { notify: [], payload: new Uint8Array(randomBytes(1000)) }),
  ]
  const entries = (await appends.append(end, all(first)))!
  const next = endAfter(end, entries)
  const more = (await appends.append(next, all([message(ben)])))!
  expect(await stored()).toEqual([...entries, ...more])
  expect(await storedEnd()).toEqual({ seq: end.seq + 4, head: more[0]!.head })
  expect(endAfter(next, more)).toMatchObject({ seq: end.seq + 4, head: more[0]!.head })
})

test('what a channel is told before the question goes is in it', async () => {
  const gathered = [message(ada)]
  const told = appends.append(end, all(gathered))
  gathered.push(message(ben))
  const entries = await told
  expect(entries).toHaveLength(2)
  expect(await stored()).toEqual(entries)
})

describe('nothing is changed, and the long way decides', () => {
  async function refuses(added: readonly NewEntry[], known: KnownEnd = end): Promise<void> {
    const before = [await stored(), await storedEnd()]
    expect(await appends.append(known, all(added))).toBeUndefined()
    expect([await stored(), await storedEnd()]).toEqual(before)
  }

  test('LOG-1: where the log ends elsewhere, by number or by head', async () => {
    await refuses([message(ada)], { ...end, seq: end.seq + 1 })
    await refuses([message(ada)], { ...end, head: FIRST_HEAD.map(() => 7) })
  })

  test('LOG-10: for another epoch, in the message or in the channel', async () => {
    await refuses([message(ada, { epoch: end.epoch + 1 })])
    await refuses([message(ada, { generation: end.generation + 1 })])
    await sql`update channel set epoch = epoch + 1 where channel_id = ${channelId}`
    await refuses([message(ada)])
  })

  test('LOG-12: while a removal waits, and for a device that is not in', async () => {
    await refuses([message(ada), message(eve)])
    await letWaitForRemoval(sql, channelId, ben)
    await refuses([message(ada)])
    await refuses([message(ben)])
  })

  test('LOG-6: for what is there already, also twice in one batch', async () => {
    const again = message(ada)
    await refuses([again, again])
    end = endAfter(end, (await appends.append(end, all([again])))!)
    await refuses([message(ben), again])
    expect(await appends.append(end, all([message(ben, { clientId: again.clientId })]))).toHaveLength(1)
  })

  test('in an archived channel, and for what relates to nothing', async () => {
    await refuses([message(ada, { relatesTo: end.seq + 1 })])
    await refuses([message(ada, { relatesTo: 0 })])
    await sql`update channel set archived = true where channel_id = ${channelId}`
    await refuses([message(ada)])
  })
})

test('LOG-12: while somebody else writes to a channel the long way decides, and no other channel waits', async () => {
  const other = await readEnd(await addTestChannel(sql, [ada, eve]))
  await sql.begin(async (transaction) => {
    await transaction`select from channel where channel_id = ${channelId} for update`
    const both = [appends.append(end, all([message(ada)])), appends.append(other, all([message(eve)]))]
    expect(await Promise.all(both)).toEqual([undefined, [expect.objectContaining({ seq: other.seq + 1 })]])
  })
  expect(await stored()).toEqual([])
})

test('LOG-1: batches of many channels are in, each in its own log; one that is refused leaves the others be', async () => {
  const channels = await Promise.all([1, 2, 3, 4].map(() => addTestChannel(sql, [ada, ben])))
  const ends = await Promise.all(channels.map(readEnd))
  await sql`update channel set archived = true where channel_id = ${channels[1]!}`
  const batches = [[message(ada), message(ben)], [message(ada)], [message(ada), message(eve)], [message(ben)]]
  const written = await Promise.all(ends.map((known, at) => appends.append(known, all(batches[at]!))))
  expect(written.map((entries) => entries?.length)).toEqual([2, undefined, undefined, 1])
  for (const [at, channel] of channels.entries()) {
    channelId = channel
    const entries = written[at] ?? []
    expect(await stored()).toEqual(entries)
    const { seq, head } = endAfter(ends[at]!, entries)
    expect(await storedEnd()).toEqual({ seq, head: new Uint8Array(head) })
  }
})

test('LOG-6: where one is there already its batch is left out whole, and those beside it are in', async () => {
  const others = await Promise.all([1, 2, 3].map(async () => readEnd(await addTestChannel(sql, [ada, ben]))))
  const [again, late] = [message(ada), message(ben)]
  end = endAfter(end, (await appends.append(end, all([again])))!)
  const first = endAfter(others[0]!, (await appends.append(others[0]!, all([late])))!)
  const asked = [
    appends.append(end, all([message(ben), again])),
    appends.append(first, all([late, message(ada)])),
    appends.append(others[1]!, all([message(ada), message(ben)])),
    appends.append(others[2]!, all([message(eve)])),
  ]
  const written = await Promise.all(asked)
  expect(written.map((entries) => entries?.length)).toEqual([undefined, undefined, 2, undefined])
  expect(await stored()).toHaveLength(1)
  channelId = others[1]!.channelId
  expect(await stored()).toEqual(written[2])
})

test('what the database cannot take leaves the others to the long way', async () => {
  const other = await readEnd(await addTestChannel(sql, [ada, eve]))
  const impossible = message(ada, { notify: ['nobody' as UserId] })
  const both = [appends.append(end, all([impossible])), appends.append(other, all([message(eve)]))]
  expect(await Promise.all(both)).toEqual([undefined, undefined])
  await expect(appends.append(end, all([impossible]))).rejects.toThrow('uuid')
})

test('an end is known once: only a batch that is in says where the log ends', () => {
  const ends = new KnownEnds()
  ends.note(end)
  expect(ends.take(channelId)).toBe(end)
  expect(ends.take(channelId)).toBeUndefined()
})
