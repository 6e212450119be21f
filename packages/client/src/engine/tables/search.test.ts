/** The index over messages: what is in it is found, newest first, and what is taken out is in the file no more. */
import type { ChannelId, UserId } from '@reforms/protocol'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openFileDatabase, openMemoryDatabase } from '../../node/sqlite-database.ts'
import type { Database } from '../../ports.ts'
import { emptyDatabase, prepareDatabase } from '../database-schema.ts'
import { matchOfTerm, parseQuery } from '../search/query.ts'
import { findRows, firstRowAt, indexEntry, unindexAfter, unindexEntry } from './search.ts'

const channelId = '00000000-0000-7000-a000-000000000001' as ChannelId
const author = '00000000-0000-7000-a000-0000000000aa' as UserId
const folder = mkdtempSync(join(tmpdir(), 'reforms-search-'))
afterAll(() => rmSync(folder, { recursive: true }))

const add = (database: Database, seq: number, text: string, at = 1_700_000_000_000 + seq) =>
  database.transaction(() =>
    indexEntry(database, { channelId, seq, at, senderUser: author, inThread: false, text, files: [] }),
  )

const find = (database: Database, typed: string, from = 0, before = Number.MAX_SAFE_INTEGER) => {
  const match = parseQuery(typed, 0).terms.map(matchOfTerm).join(' AND ') || undefined
  return findRows(database, { match, from, before, limit: 100 }).map(({ seq }) => seq)
}

function prepared(database: Database): Database {
  prepareDatabase(database)
  database.run(
    `INSERT INTO channel (channel_id, kind, name, topic, archived, place, device_in, participants, created_at, server_seq, server_head)
     VALUES (?, 'public', 'General', '', 0, 'member', 1, x'80', 1, 0, x'00')`,
    [channelId],
  )
  return database
}

describe('the index', () => {
  let database: Database
  beforeEach(() => {
    database = prepared(openMemoryDatabase())
  })

  test('finds messages by words and their beginnings, in any script, newest first', () => {
    add(database, 1, 'The rota for Ward 3')
    add(database, 2, '来週は東京都で会いましょう')
    add(database, 3, 'Rotas are late again')
    expect(find(database, 'rota')).toEqual([3, 1])
    expect(find(database, '"rota"')).toEqual([1])
    expect(find(database, 'rota ward')).toEqual([1])
    expect(find(database, '東京')).toEqual([2])
    expect(find(database, '京東')).toEqual([])
    expect(find(database, '会')).toEqual([2])
    expect(find(database, 'ota')).toEqual([])
  })

  test('goes by time, whatever the order in which messages come, and however many share a moment', () => {
    add(database, 9, 'late word', 5000)
    for (let seq = 1; seq <= 5; seq += 1) add(database, seq, 'early word', 1000)
    add(database, 6, 'middle word', 3000)
    expect(find(database, 'word')).toEqual([9, 6, 5, 4, 3, 2, 1])
    expect(find(database, 'word', firstRowAt(3000))).toEqual([9, 6])
    expect(find(database, 'word', 0, firstRowAt(3000))).toEqual([5, 4, 3, 2, 1])
    expect(find(database, '', firstRowAt(1000), firstRowAt(3001))).toEqual([6, 5, 4, 3, 2, 1])
  })

  test('takes any time that an entry may carry', () => {
    add(database, 1, 'odd', Number.MAX_SAFE_INTEGER)
    add(database, 2, 'odd', 0)
    expect(find(database, 'odd')).toEqual([1, 2])
  })

  test('follows a change of a message', () => {
    add(database, 1, 'first version')
    add(database, 1, 'second version')
    expect(find(database, 'first')).toEqual([])
    expect(find(database, 'second')).toEqual([1])
  })

  test('keeps silent about channels that this user has left', () => {
    add(database, 1, 'farewell')
    database.exec("UPDATE channel SET place = 'none'")
    expect(find(database, 'farewell')).toEqual([])
  })

  test('forgets what the log has lost, and everything with the rest', () => {
    for (let seq = 1; seq <= 5; seq += 1) add(database, seq, `word number${seq}`)
    database.transaction(() => unindexAfter(database, channelId, 3))
    expect(find(database, 'word')).toEqual([3, 2, 1])
    emptyDatabase(database)
    prepared(database)
    expect(find(database, 'word')).toEqual([])
    add(database, 1, 'word anew')
    expect(find(database, 'word')).toEqual([1])
  })
})

/** Words that nobody else writes, among many, so that FTS5 has pages and keys for them. */
const secretOf = (seq: number) => `sw${((seq * 7919) % 10_007).toString(36)}ordfish${seq}`

describe('LOG-16: what is erased', () => {
  test('is in the file no more, in no table and no key of the index', () => {
    const file = join(folder, 'erased.db')
    const database = prepared(openFileDatabase(file))
    const all = Array.from({ length: 1500 }, (_, index) => index + 1)
    database.transaction(() => {
      for (const seq of all) {
        const text = `common words with ${secretOf(seq)} among them`
        indexEntry(database, {
          channelId,
          seq,
          at: seq * 1000,
          senderUser: author,
          inThread: false,
          text,
          files: [],
        })
      }
    })
    const erased = all.filter((seq) => seq % 5 === 0)
    expect(readFileSync(file).includes(secretOf(5))).toBe(true)
    for (const seq of erased) database.transaction(() => unindexEntry(database, channelId, seq))
    database.exec("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)")
    database.close()
    const bytes = readFileSync(file)
    expect(erased.filter((seq) => bytes.includes(secretOf(seq)))).toEqual([])
    expect(bytes.includes(secretOf(6))).toBe(true)
  })

  test('nor does a key tell it that parts it from a word which is nearly the same', () => {
    const file = join(folder, 'keys.db')
    const database = prepared(openFileDatabase(file))
    const all = Array.from({ length: 800 }, (_, index) => index + 1)
    const kept = (seq: number) => `ward${seq.toString(36).padStart(4, 'q')}office`
    database.transaction(() => {
      for (const seq of all) {
        const text = seq % 2 === 0 ? `${kept(seq - 1)}r` : kept(seq)
        indexEntry(database, {
          channelId,
          seq,
          at: seq * 1000,
          senderUser: author,
          inThread: false,
          text,
          files: [],
        })
      }
    })
    const erased = all.filter((seq) => seq % 2 === 0)
    for (const seq of erased) database.transaction(() => unindexEntry(database, channelId, seq))
    database.close()
    const bytes = readFileSync(file)
    expect(erased.filter((seq) => bytes.includes(`${kept(seq - 1)}r`))).toEqual([])
  })
})
