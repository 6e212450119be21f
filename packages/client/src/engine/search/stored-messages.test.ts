/** A database from before the index is indexed in slices; what is erased or edited meanwhile is as it should be. */
import { encodeContent, FIRST_HEAD } from '@reforms/crypto'
import type { ChannelId, ClientId, DeviceId, Entry, UserId } from '@reforms/protocol'
import { beforeEach, describe, expect, test } from 'vitest'
import { openMemoryDatabase } from '../../node/sqlite-database.ts'
import type { Database } from '../../ports.ts'
import { prepareDatabase } from '../database-schema.ts'
import { indexChanged } from '../channel/findable.ts'
import { saveEntry } from '../tables/entries.ts'
import { eraseEntry, noteRelation } from '../tables/relations.ts'
import { findRows } from '../tables/search.ts'
import { countTodo, indexSlice } from './stored-messages.ts'

const channelId = '00000000-0000-7000-a000-000000000001' as ChannelId
const senderUser = '00000000-0000-7000-a000-0000000000aa' as UserId
const COUNT = 25

const contentOf = (text: string) =>
  encodeContent({ type: 'text', text, sent: { seq: 0, head: FIRST_HEAD }, sentAt: 1 })

const entryOf = (seq: number): Entry => ({
  channelId,
  seq,
  kind: 'message',
  generation: 0,
  epoch: 0,
  sender: '00000000-0000-7000-a000-0000000000dd' as DeviceId,
  senderUser,
  clientId: `00000000-0000-7000-a000-${String(seq).padStart(12, '0')}` as ClientId,
  at: 1000 + seq,
  payload: new Uint8Array(1),
  payloadHash: new Uint8Array(32),
  head: new Uint8Array(32),
})

const find = (database: Database, word: string) =>
  findRows(database, { match: `words : "${word}"`, from: 0, before: 2 ** 50, limit: 100 }).map(
    ({ seq }) => seq,
  )

/** A later entry gives a message another text. */
function edit(database: Database, seq: number, target: number): void {
  const to = { seq: target, clientId: entryOf(target).clientId }
  const said = { type: 'edit' as const, to, text: `new ${target}` }
  const content = encodeContent({ ...said, sent: { seq: 0, head: FIRST_HEAD }, sentAt: 1 })
  saveEntry(database, { ...entryOf(seq), relatesTo: target }, 'clear', content)
  noteRelation(database, channelId, seq)
  indexChanged({ database }, channelId, seq)
}

/** As a program without the index has left it. */
function oldDatabase(): Database {
  const database = openMemoryDatabase()
  prepareDatabase(database)
  database.run(
    `INSERT INTO channel (channel_id, kind, name, topic, archived, place, device_in, participants, created_at,
       server_seq, server_head, first_seq, seq, head)
     VALUES (?, 'public', 'General', '', 0, 'member', 1, x'80', 1, 0, x'00', 1, ?, x'00')`,
    [channelId, COUNT],
  )
  for (let seq = 1; seq <= COUNT; seq += 1)
    saveEntry(database, entryOf(seq), 'clear', contentOf(`old ${seq}`))
  database.exec(`INSERT INTO search_todo SELECT channel_id, max(seq) FROM entry GROUP BY channel_id`)
  return database
}

describe('messages from before the index', () => {
  let database: Database
  beforeEach(() => {
    database = oldDatabase()
  })

  test('are indexed a slice at a time, the newest first', () => {
    expect(countTodo(database)).toBe(COUNT)
    expect(indexSlice({ database }, 10)).toBe(true)
    expect(find(database, 'old')).toEqual([25, 24, 23, 22, 21, 20, 19, 18, 17, 16])
    expect(countTodo(database)).toBe(15)
    while (indexSlice({ database }, 10));
    expect(find(database, 'old')).toHaveLength(COUNT)
    expect(countTodo(database)).toBe(0)
  })

  test('are passed over where they have been erased, and keep what an edit said meanwhile', () => {
    database.transaction(() => {
      eraseEntry(database, channelId, { seq: 3, stood: 'channel' })
      edit(database, COUNT + 1, 4)
    })
    while (indexSlice({ database }, 10));
    expect(find(database, 'old')).toHaveLength(COUNT - 2)
    expect(find(database, 'new')).toEqual([4])
    eraseEntry(database, channelId, { seq: COUNT + 1, stood: 'nowhere' })
    indexChanged({ database }, channelId, COUNT + 1)
    expect(find(database, 'new')).toEqual([])
    expect(find(database, 'old')).toHaveLength(COUNT - 1)
  })
})
