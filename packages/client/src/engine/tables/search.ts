/**
 * The index of messages for search: a row for each message that can be read here, and an FTS5 index over the rows. Changed in the
 * transaction in which an entry becomes clear, changes or is erased. What is erased is gone from FTS5's own tables too. SPEC.md, LOG-16.
 */
import type { FileReference } from '@reforms/crypto'
import type { ChannelId, UserId } from '@reforms/protocol'
import type { Database } from '../../ports.ts'
import { indexedWords } from '../search/words.ts'
import { quote, type Has } from '../search/query.ts'

/** What search finds a message by: its own place and time, and its words as they are now. */
export interface IndexedEntry {
  channelId: ChannelId
  seq: number
  at: number
  senderUser?: UserId | undefined
  inThread: boolean
  text: string
  files: readonly Pick<FileReference, 'name' | 'mediaType'>[]
}

/** A row's number is its time and a count, so that FTS5, which goes by numbers, gives the newest first without sorting. */
const ROWS_PER_MS = 1024
const TIME_MAX_MS = Number.MAX_SAFE_INTEGER / ROWS_PER_MS - 1

/** The least number that a row of a time or later has. */
export function firstRowAt(timeMs: number): number {
  return Math.floor(Math.min(Math.max(0, timeMs), TIME_MAX_MS)) * ROWS_PER_MS
}

/** Filters are words of a second column, so that FTS5 joins them with the words that are looked for. */
export const markOf = {
  channel: (channelId: ChannelId) => `c${lettersOf(channelId)}`,
  author: (userId: UserId) => `u${lettersOf(userId)}`,
  has: (has: Has) => `has${has}`,
  /** Stands in a thread, and in the channel too perhaps. */
  thread: 'inthread',
}

function lettersOf(id: string): string {
  return id.replaceAll(/[^0-9a-z]/gi, '')
}

/** Makes a message findable, or findable by what it says now. Within a transaction of the caller's. */
export function indexEntry(database: Database, entry: IndexedEntry): void {
  const { channelId, seq } = entry
  const words = wordsOf(entry)
  const marks = marksOf(entry)
  const known = readRow(database, channelId, seq)
  if (known?.words === words && known.marks === marks) return
  if (known) unindexEntry(database, channelId, seq)
  addRow(database, freeRow(database, firstRowAt(entry.at)), { channelId, seq, words, marks })
}

/** Messages that are not in the index, all at once: FTS5 takes their words from the rows. */
export function indexNew(database: Database, entries: readonly IndexedEntry[]): void {
  if (entries.length === 0) return
  const ids = entries.map((entry) => {
    const id = freeRow(database, firstRowAt(entry.at))
    saveRow(database, id, { ...entry, words: wordsOf(entry), marks: marksOf(entry) })
    return id
  })
  // In the order of their numbers, which is how FTS5 takes them best.
  database.run(
    `INSERT INTO search_index (rowid, words, marks)
       SELECT r.id, r.words, r.marks FROM json_each(?) named CROSS JOIN search_row r ON r.id = named.value`,
    [JSON.stringify(ids.sort((a, b) => a - b))],
  )
}

function wordsOf({ text, files }: IndexedEntry): string {
  return indexedWords([text, ...files.map(({ name }) => name)].join('\n'))
}

function marksOf({ channelId, senderUser, inThread, text, files }: IndexedEntry): string {
  return [
    markOf.channel(channelId),
    ...(senderUser ? [markOf.author(senderUser)] : []),
    ...(inThread ? [markOf.thread] : []),
    ...(files.length > 0 ? [markOf.has('file')] : []),
    ...(files.some(({ mediaType }) => mediaType.startsWith('image/')) ? [markOf.has('image')] : []),
    ...(LINK.test(text) ? [markOf.has('link')] : []),
  ].join(' ')
}

interface Row {
  channelId: ChannelId
  seq: number
  words: string
  marks: string
}

function addRow(database: Database, id: number, row: Row): void {
  saveRow(database, id, row)
  const { words, marks } = row
  database.run('INSERT INTO search_index (rowid, words, marks) VALUES (?, ?, ?)', [id, words, marks])
}

function saveRow(database: Database, id: number, { channelId, seq, words, marks }: Row): void {
  database.run('INSERT INTO search_row (id, channel_id, seq, words, marks) VALUES (?, ?, ?, ?, ?)', [
    id,
    channelId,
    seq,
    words,
    marks,
  ])
}

/** It turned out later where an answer stands (REL-4). Does nothing for what is not in the index. */
export function markThread(database: Database, channelId: ChannelId, seq: number, inThread: boolean): void {
  const row = readRow(database, channelId, seq)
  if (!row) return
  const others = row.marks.split(' ').filter((mark) => mark !== markOf.thread)
  const marks = [...others, ...(inThread ? [markOf.thread] : [])].join(' ')
  removeRow(database, row)
  addRow(database, row.id, { channelId, seq, words: row.words, marks })
}

const LINK = /\bhttps?:\/\/[^\s]/i

function freeRow(database: Database, first: number): number {
  const newest = database.all('SELECT max(id) AS id FROM search_row WHERE id BETWEEN ? AND ?', [
    first,
    first + ROWS_PER_MS - 1,
  ])[0]?.['id']
  if (newest === null || newest === undefined) return first
  const next = Number(newest) + 1
  return next < first + ROWS_PER_MS ? next : freeRow(database, first + ROWS_PER_MS)
}

function readRow(
  database: Database,
  channelId: ChannelId,
  seq: number,
): { id: number; words: string; marks: string } | undefined {
  const row = database.all('SELECT id, words, marks FROM search_row WHERE channel_id = ? AND seq = ?', [
    channelId,
    seq,
  ])[0]
  return row && { id: Number(row['id']), words: String(row['words']), marks: String(row['marks']) }
}

/** Takes a message out of the index, for good. Within a transaction of the caller's. */
export function unindexEntry(database: Database, channelId: ChannelId, seq: number): void {
  const row = readRow(database, channelId, seq)
  if (!row) return
  removeRow(database, row)
  if (leavesRemnant(database, row.words.split(' '))) {
    database.exec("INSERT INTO search_index (search_index) VALUES ('rebuild')")
  }
}

function removeRow(
  database: Database,
  { id, words, marks }: { id: number; words: string; marks: string },
): void {
  database.run("INSERT INTO search_index (search_index, rowid, words, marks) VALUES ('delete', ?, ?, ?)", [
    id,
    words,
    marks,
  ])
  database.run('DELETE FROM search_row WHERE id = ?', [id])
}

/** Of a word that is gone, at most this share of its letters may stay behind. */
const REMNANT_SHARE = 0.5

/**
 * FTS5 erases words from its pages, but not from the keys that lead to the pages: those hold the first letters of the first word of
 * each. A key that tells most of a word which nobody has written otherwise must go.
 */
function leavesRemnant(database: Database, erased: readonly string[]): boolean {
  const keys = new Set(
    database.all('SELECT CAST(term AS TEXT) AS term FROM search_index_idx').map((row) => String(row['term'])),
  )
  return [...new Set(erased)].some((word) => {
    const letters = [...word]
    for (let kept = Math.ceil(letters.length * REMNANT_SHARE); kept <= letters.length; kept += 1) {
      const beginning = letters.slice(0, kept).join('')
      if (kept > 1 && keys.has(KEY_PREFIX + beginning) && !isWritten(database, beginning)) return true
    }
    return false
  })
}

/** FTS5's own mark of a term in its main index. */
const KEY_PREFIX = '0'

function isWritten(database: Database, beginning: string): boolean {
  const match = `words : ${quote(beginning)} *`
  return database.all('SELECT 1 FROM search_index WHERE search_index MATCH ? LIMIT 1', [match]).length > 0
}

/** What the server's log has lost is found no more: it is kept in sight, apart from the log. */
export function unindexAfter(database: Database, channelId: ChannelId, seq: number): void {
  const rows = database.all('SELECT seq FROM search_row WHERE channel_id = ? AND seq > ?', [channelId, seq])
  for (const row of rows) unindexEntry(database, channelId, Number(row['seq']))
}

export interface FoundRow {
  id: number
  channelId: ChannelId
  seq: number
}

export interface Wanted {
  /** In FTS5's language; every word that somebody typed is quoted in it. Undefined: all messages. */
  match: string | undefined
  /** Rows from this number on, and before that one. */
  from: number
  before: number
  limit: number
}

const READABLE = "c.place NOT IN ('none', 'leaving')"

/** What is found in the channels that this user is in, newest first. */
export function findRows(database: Database, { match, from, before, limit }: Wanted): FoundRow[] {
  const rows =
    match === undefined
      ? database.all(
          `SELECT r.id, r.channel_id, r.seq FROM search_row r CROSS JOIN channel c ON c.channel_id = r.channel_id
           WHERE r.id >= ? AND r.id < ? AND ${READABLE} ORDER BY r.id DESC LIMIT ?`,
          [from, before, limit],
        )
      : database.all(
          `SELECT r.id, r.channel_id, r.seq FROM search_index CROSS JOIN search_row r ON r.id = search_index.rowid
             CROSS JOIN channel c ON c.channel_id = r.channel_id
           WHERE search_index MATCH ? AND search_index.rowid >= ? AND search_index.rowid < ? AND ${READABLE}
           ORDER BY search_index.rowid DESC LIMIT ?`,
          [match, from, before, limit],
        )
  return rows.map((row) => ({
    id: Number(row['id']),
    channelId: row['channel_id'] as ChannelId,
    seq: Number(row['seq']),
  }))
}
