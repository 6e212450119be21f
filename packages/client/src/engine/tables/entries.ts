/** Entries of logs, as they are stored here, with their content once it could be read. */
import {
  decodeCbor,
  encodeCbor,
  type ChannelId,
  type ClientId,
  type DeviceId,
  type Entry,
  type UserId,
} from '@reforms/protocol'
import type { Database, SqlRow, SqlValue } from '../../ports.ts'
import { BY_RELATION, COMMITS, WAITING, WITHHELD } from './plans.ts'

/** `barred`: genuine, by somebody who may not write there. */
export type EntryState = 'clear' | 'waiting' | 'bad' | 'barred' | 'erased' | 'withheld' | 'plain'

export interface StoredEntry {
  channelId: ChannelId
  seq: number
  kind: Entry['kind']
  generation: number
  epoch: number
  sender: DeviceId | undefined
  senderUser: UserId | undefined
  clientId: ClientId
  relatesTo: number | undefined
  notify: UserId[] | undefined
  at: number
  payload: Uint8Array | undefined
  payloadHash: Uint8Array
  head: Uint8Array
  state: EntryState
  /** Encoded message content, where state is `clear`. */
  content: Uint8Array | undefined
}

function optional<T>(value: unknown): T | undefined {
  return value === null || value === undefined ? undefined : (value as T)
}

export function toStoredEntry(row: SqlRow): StoredEntry {
  const notify = optional<Uint8Array>(row['notify'])
  return {
    channelId: row['channel_id'] as ChannelId,
    seq: Number(row['seq']),
    kind: row['kind'] as Entry['kind'],
    generation: Number(row['generation']),
    epoch: Number(row['epoch']),
    sender: optional<DeviceId>(row['sender']),
    senderUser: optional<UserId>(row['sender_user']),
    clientId: row['client_id'] as ClientId,
    relatesTo: optional<number>(row['relates_to']),
    notify: notify ? (decodeCbor(notify) as UserId[]) : undefined,
    at: Number(row['at']),
    payload: optional<Uint8Array>(row['payload']),
    payloadHash: row['payload_hash'] as Uint8Array,
    head: row['head'] as Uint8Array,
    state: row['state'] as EntryState,
    content: optional<Uint8Array>(row['content']),
  }
}

export function saveEntry(database: Database, entry: Entry, state: EntryState, content?: Uint8Array): void {
  database.run(
    `INSERT INTO entry (channel_id, seq, kind, generation, epoch, sender, sender_user, client_id, relates_to, notify, at,
       payload, payload_hash, head, state, content)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (channel_id, seq) DO NOTHING`,
    [
      entry.channelId,
      entry.seq,
      entry.kind,
      entry.generation,
      entry.epoch,
      entry.sender ?? null,
      entry.senderUser ?? null,
      entry.clientId,
      entry.relatesTo ?? null,
      entry.notify ? encodeCbor(entry.notify) : null,
      entry.at,
      // What has been decrypted is kept as content only.
      state === 'clear' ? null : (entry.payload ?? null),
      entry.payloadHash,
      entry.head,
      state,
      content ?? null,
    ],
  )
}

/** What reading gave, for an entry that still waits: it may have been erased or cut away meanwhile. */
export function saveContent(
  database: Database,
  entry: StoredEntry,
  read: { state: EntryState; content?: Uint8Array; author?: UserId },
): void {
  database.run(
    `UPDATE entry SET state = ?, content = ?, payload = ?, sender_user = ?
     WHERE channel_id = ? AND seq = ? AND client_id = ? AND state = 'waiting'`,
    [
      read.state,
      read.content ?? null,
      read.state === 'clear' ? null : (entry.payload ?? null),
      read.author ?? entry.senderUser ?? null,
      entry.channelId,
      entry.seq,
      entry.clientId,
    ],
  )
}

export function readEntry(database: Database, channelId: ChannelId, seq: number): StoredEntry | undefined {
  const row = database.all('SELECT * FROM entry WHERE channel_id = ? AND seq = ?', [channelId, seq])[0]
  return row ? toStoredEntry(row) : undefined
}

/** Whether this user has said what was to be sent under a clientId, with whatever device. */
export function isInLog(
  database: Database,
  { channelId, clientId, userId }: { channelId: ChannelId; clientId: ClientId; userId: UserId },
): boolean {
  const rows = database.all(
    `SELECT 1 FROM entry WHERE client_id = ? AND channel_id = ? AND sender_user = ? AND kind = 'message' AND state IN ('clear', 'erased')`,
    [clientId, channelId, userId],
  )
  return rows.length > 0
}

export function readHead(database: Database, channelId: ChannelId, seq: number): Uint8Array | undefined {
  const row = database.all('SELECT head FROM entry WHERE channel_id = ? AND seq = ?', [channelId, seq])[0]
  return row?.['head'] as Uint8Array | undefined
}

/** Commits after a seq, oldest first: what the group has yet to follow. */
export function readCommitsAfter(database: Database, channelId: ChannelId, seq: number): StoredEntry[] {
  return database
    .all(`SELECT * FROM entry ${COMMITS} WHERE channel_id = ? AND kind = 'commit' AND seq > ? ORDER BY seq`, [
      channelId,
      seq,
    ])
    .map(toStoredEntry)
}

/** The commit that began the epoch in which an entry stands. */
export function readNewestCommitBefore(
  database: Database,
  channelId: ChannelId,
  seq: number,
): StoredEntry | undefined {
  return database
    .all(
      `SELECT * FROM entry ${COMMITS} WHERE channel_id = ? AND kind = 'commit' AND seq < ? ORDER BY seq DESC LIMIT 1`,
      [channelId, seq],
    )
    .map(toStoredEntry)[0]
}

/** Commits whose earlier records have not been opened yet, newest first. */
export function readClosedHistory(database: Database, channelId: ChannelId): StoredEntry[] {
  return database
    .all(
      `SELECT * FROM entry ${COMMITS} WHERE channel_id = ? AND kind = 'commit' AND history_opened = 0 ORDER BY seq DESC`,
      [channelId],
    )
    .map(toStoredEntry)
}

export function markHistoryOpened(database: Database, channelId: ChannelId, seq: number): void {
  database.run('UPDATE entry SET history_opened = 1 WHERE channel_id = ? AND seq = ?', [channelId, seq])
}

export function readWaiting(database: Database, channelId: ChannelId): StoredEntry[] {
  return database
    .all(`SELECT * FROM entry ${WAITING} WHERE channel_id = ? AND state = 'waiting' ORDER BY seq`, [
      channelId,
    ])
    .map(toStoredEntry)
}

/** Orders that are stored here to erase an entry between two places of the log. */
export function readRedactions(
  database: Database,
  channelId: ChannelId,
  [from, to]: readonly [number, number],
): StoredEntry[] {
  return database
    .all(
      `SELECT * FROM entry ${BY_RELATION} WHERE channel_id = ? AND kind = 'redaction' AND relates_to BETWEEN ? AND ? ORDER BY seq`,
      [channelId, from, to],
    )
    .map(toStoredEntry)
}

export function markCallsAll(database: Database, channelId: ChannelId, seq: number): void {
  database.run("UPDATE entry SET calls_all = 1 WHERE channel_id = ? AND seq = ? AND state = 'clear'", [
    channelId,
    seq,
  ])
}

export function markCallsTeam(database: Database, channelId: ChannelId, seq: number): void {
  database.run("UPDATE entry SET calls_team = 1 WHERE channel_id = ? AND seq = ? AND state = 'clear'", [
    channelId,
    seq,
  ])
}

/** What related to an entry, stood nowhere and was erased: of what it said, its header tells nothing. */
export function countErased(database: Database, channelId: ChannelId, seq: number): number {
  const [row] = database.all(
    `SELECT count(*) AS count FROM entry ${BY_RELATION} WHERE channel_id = ? AND relates_to = ? AND state = 'erased' AND place = 'nowhere'`,
    [channelId, seq],
  )
  return Number(row?.['count'] ?? 0)
}

/** Messages whose payload the server did not give, though no order to erase them is known. */
export function readWithheld(database: Database, channelId: ChannelId): StoredEntry[] {
  return database
    .all(`SELECT * FROM entry ${WITHHELD} WHERE channel_id = ? AND state = 'withheld' ORDER BY seq`, [
      channelId,
    ])
    .map(toStoredEntry)
}

function marksFor(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ')
}

/** What stands in a channel: not what stands in its threads only, or says something about other entries. */
const IN_CHANNEL = "place IN ('channel', 'both')"

/** The newest of some kinds that stand in the channel, oldest first. */
export function readNewest(
  database: Database,
  channelId: ChannelId,
  kinds: readonly Entry['kind'][],
  limit: number,
): StoredEntry[] {
  return database
    .all(
      `SELECT * FROM entry WHERE channel_id = ? AND kind IN (${marksFor(kinds)}) AND ${IN_CHANNEL} ORDER BY seq DESC LIMIT ?`,
      [channelId, ...kinds, limit],
    )
    .map(toStoredEntry)
    .reverse()
}

/** Messages of one epoch that wait for its key, the first `limit` of them. */
export function readWaitingOf(
  database: Database,
  channelId: ChannelId,
  { generation, epoch }: { generation: number; epoch: number },
  limit: number,
): StoredEntry[] {
  return database
    .all(
      `SELECT * FROM entry ${WAITING} WHERE channel_id = ? AND state = 'waiting' AND generation = ? AND epoch = ?
       ORDER BY seq LIMIT ?`,
      [channelId, generation, epoch, limit],
    )
    .map(toStoredEntry)
}

/** An entry's place and state, without what is in it: enough to know which are looked at, and whether they have changed. */
export type ListedEntry = Pick<StoredEntry, 'seq' | 'state'>

function list(database: Database, condition: string, parameters: readonly SqlValue[]): ListedEntry[] {
  return database
    .all(`SELECT seq, state FROM entry WHERE channel_id = ? AND ${condition}`, parameters)
    .map((row) => ({ seq: Number(row['seq']), state: row['state'] as EntryState }))
}

/** The last ones of some kinds that stand in the channel before a place in the log, oldest first. */
export function listBefore(
  database: Database,
  channelId: ChannelId,
  kinds: readonly Entry['kind'][],
  before: number,
  limit: number,
): ListedEntry[] {
  const condition = `kind IN (${marksFor(kinds)}) AND seq < ? AND ${IN_CHANNEL} ORDER BY seq DESC LIMIT ?`
  return list(database, condition, [channelId, ...kinds, before, limit]).reverse()
}

/** Those of some kinds that stand in the channel from a place in the log on, oldest first; all of them without an end or a limit. */
export function listFrom(
  database: Database,
  channelId: ChannelId,
  kinds: readonly Entry['kind'][],
  from: number,
  { before = Number.MAX_SAFE_INTEGER, limit = NO_LIMIT }: { before?: number; limit?: number } = {},
): ListedEntry[] {
  const condition = `kind IN (${marksFor(kinds)}) AND seq >= ? AND seq < ? AND ${IN_CHANNEL} ORDER BY seq LIMIT ?`
  return list(database, condition, [channelId, ...kinds, from, before, limit])
}

/** As SQLite has it. */
const NO_LIMIT = -1

/** Listed entries, read: one by one where they are few, else all that lie between the first and the last. */
export function readEntries(
  database: Database,
  channelId: ChannelId,
  listed: readonly ListedEntry[],
): StoredEntry[] {
  const [first, last] = [listed[0], listed.at(-1)]
  if (!first || !last) return []
  if (last.seq - first.seq > READ_SINGLY * listed.length) {
    return listed.flatMap(({ seq }) => readEntry(database, channelId, seq) ?? [])
  }
  const wanted = new Set(listed.map(({ seq }) => seq))
  return database
    .all('SELECT * FROM entry WHERE channel_id = ? AND seq BETWEEN ? AND ? ORDER BY seq', [
      channelId,
      first.seq,
      last.seq,
    ])
    .filter((row) => wanted.has(Number(row['seq'])))
    .map(toStoredEntry)
}

/** With so many more between them than are wanted, entries are read one by one. */
const READ_SINGLY = 4

/**
 * The first entry of a time on, or the seq after the last where all are older. By halving: the server dates its log upwards, and
 * where it does not a place near by is as good.
 */
export function seqAt(database: Database, channelId: ChannelId, at: number): number {
  const [ends] = database.all(
    'SELECT first_seq AS first, seq AS last FROM channel WHERE channel_id = ? AND seq IS NOT NULL',
    [channelId],
  )
  let [low, high] = [Number(ends?.['first'] ?? 1), Number(ends?.['last'] ?? 0) + 1]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [row] = database.all('SELECT at FROM entry WHERE channel_id = ? AND seq = ?', [channelId, middle])
    if (Number(row?.['at'] ?? 0) < at) low = middle + 1
    else high = middle
  }
  return low
}

/** Where what is here of a channel begins; 0 where nothing is. */
export function oldestSeq(database: Database, channelId: ChannelId): number {
  return Number(
    database.all('SELECT min(seq) AS seq FROM entry WHERE channel_id = ?', [channelId])[0]?.['seq'] ?? 0,
  )
}
