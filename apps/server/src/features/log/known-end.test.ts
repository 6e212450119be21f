/** The short way into a log: what it appends, and what it leaves to the long way with nothing changed. */
import { FIRST_HEAD } from '@reforms/crypto/public'
import type { ChannelId, ClientId } from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import type { Sql } from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from '../../adapters/database/testing.ts'
import { newId } from '../../testing.ts'
import { addTestChannel, addTestUser, letWaitForRemoval, type TestUser } from '../testing.ts'
import type { NewEntry } from './append.ts'
import { entryColumns, entryOf, type EntryRow } from './entry-row.ts'
import { appendAtEnd, endAfter, KnownEnds, type KnownEnd } from './known-end.ts'

let database: TestDatabase
let sql: Sql
let [ada, ben, eve] = [] as unknown as [TestUser, TestUser, TestUser]
let channelId: ChannelId
let end: KnownEnd

beforeAll(async () => {
  database = await startTestDatabase()
  sql = database.sql
  ada = await addTestUser(sql)
  ben = await addTestUser(sql)
  eve = await addTestUser(sql)
}, 60_000)
afterAll(() => database.stop())

beforeEach(async () => {
  channelId = await addTestChannel(sql, [ada, ben])
  const [row] = await sql<Omit<KnownEnd, 'channelId'>[]>`
    select seq::float8 as seq, head, generation::float8 as generation, epoch::float8 as epoch from channel
    where channel_id = ${channelId}`
  end = { channelId, ...row! }
})

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
  const entries = (await appendAtEnd(sql, end, first))!
  const next = endAfter(end, entries)
  const more = (await appendAtEnd(sql, next, [message(ben)]))!
  expect(await stored()).toEqual([...entries, ...more])
  expect(await storedEnd()).toEqual({ seq: end.seq + 4, head: more[0]!.head })
  expect(endAfter(next, more)).toMatchObject({ seq: end.seq + 4, head: more[0]!.head })
})

describe('nothing is changed, and the long way decides', () => {
  async function refuses(added: readonly NewEntry[], known: KnownEnd = end): Promise<void> {
    const before = [await stored(), await storedEnd()]
    expect(await appendAtEnd(sql, known, added)).toBeUndefined()
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

  test('LOG-12, LOG-15: while a removal waits, and for a device that is not in', async () => {
    await refuses([message(ada), message(eve)])
    await letWaitForRemoval(sql, channelId, ben)
    await refuses([message(ada)])
    await refuses([message(ben)])
  })

  test('LOG-6: for what is there already, also twice in one batch', async () => {
    const again = message(ada)
    await refuses([again, again])
    end = endAfter(end, (await appendAtEnd(sql, end, [again]))!)
    await refuses([message(ben), again])
    expect(await appendAtEnd(sql, end, [message(ben, { clientId: again.clientId })])).toHaveLength(1)
  })

  test('in an archived channel, and for what relates to nothing', async () => {
    await refuses([message(ada, { relatesTo: end.seq + 1 })])
    await refuses([message(ada, { relatesTo: 0 })])
    await sql`update channel set archived = true where channel_id = ${channelId}`
    await refuses([message(ada)])
  })
})

test('LOG-12: a removal that is being written is seen, however the batch got to wait for it', async () => {
  let appended: Promise<unknown> = Promise.resolve()
  await sql.begin(async (transaction) => {
    await transaction`select from channel where channel_id = ${channelId} for update`
    appended = appendAtEnd(sql, end, [message(ada)])
    const waits = () => sql`select from pg_locks where not granted`
    await expect.poll(async () => (await waits()).length, { timeout: 5000 }).toBe(1)
    await letWaitForRemoval(transaction as unknown as Sql, channelId, ben)
  })
  expect(await appended).toBeUndefined()
})

test('an end is known once: only a batch that is in says where the log ends', () => {
  const ends = new KnownEnds()
  ends.note(end)
  expect(ends.take(channelId)).toBe(end)
  expect(ends.take(channelId)).toBeUndefined()
})
