/**
 * What entries say about other ones, once they could be read: one row for each answer, edit, reaction and pin. What holds is
 * worked out from the rows when it is shown, so it does not matter in which order they came (SPEC.md, REL-6).
 */
import { knownContent, type MessageContent, type RelationTarget } from '@reforms/crypto'
import type { ChannelId, ClientId, UserId } from '@reforms/protocol'
import type { Database, SqlRow } from '../../ports.ts'
import { readEntry, type StoredEntry } from './entries.ts'
import { markThread } from './search.ts'
import { BY_RELATION, BY_TARGET } from './plans.ts'

export type RelationKind = 'reply' | 'thread' | 'edit' | 'reaction' | 'pin' | 'vote' | 'poll-end'

export interface RelationRow {
  seq: number
  target: number
  /** Under which clientId the target was sent, as the entry says. */
  targetClient: ClientId
  kind: RelationKind
  author: UserId
  emoji: string
  on: boolean
  at: number
}

/** Where an entry stands once it can be read: `both` is an answer in a thread that the channel shows too. */
export type EntryPlace = 'channel' | 'thread' | 'both' | 'nowhere'

type Related = Extract<MessageContent, { to: RelationTarget }>

function isRelated(content: MessageContent | undefined): content is Related {
  return content !== undefined && 'to' in content
}

/**
 * Within the transaction in which an entry was stored: what it says about another, and what that changes. Repeating it changes nothing.
 * Given back are the entries that are hidden for it (MSG-10).
 */
export function noteRelation(database: Database, channelId: ChannelId, seq: number): number[] {
  const entry = readEntry(database, channelId, seq)
  if (entry?.kind !== 'message') return []
  const hidden = hideTwins(database, entry)
  if (hidden.includes(seq)) return hidden
  const content = entry.state === 'clear' && entry.content ? knownContent(entry.content) : undefined
  if (content?.type === 'settings' || content?.type === 'about')
    savePlace(database, channelId, seq, 'nowhere')
  if (isRelated(content)) noteRelated(database, entry, content)
  settleThread(database, channelId, seq)
  return hidden
}

/** How a message stands that was stored: what is needed to make it findable and to tell whom it calls. */
export interface Standing {
  readonly seq: number
  readonly at: number
  readonly senderUser: UserId | undefined
  readonly notifies: boolean
  /** Nothing that is known here speaks of it, no other has its name, and it is not in the index: nothing else looks otherwise for it. */
  readonly alone: boolean
}

/** Many at once, in the order of the log: to ask about each would take longer than to store it. What is not here is left out. */
export function readStandings(database: Database, channelId: ChannelId, seqs: readonly number[]): Standing[] {
  return database
    .all(
      `SELECT e.seq, e.at, e.sender_user, e.notify IS NOT NULL AS notifies,
         e.kind = 'message' AND e.state = 'clear' AND e.relates_to IS NULL
           AND NOT EXISTS (SELECT 1 FROM entry t INDEXED BY entry_by_client WHERE t.client_id = e.client_id
             AND t.channel_id = e.channel_id AND t.sender_user = e.sender_user AND t.seq <> e.seq AND t.kind = 'message')
           AND NOT EXISTS (SELECT 1 FROM relation ${BY_TARGET} WHERE channel_id = e.channel_id AND target = e.seq)
           AND NOT EXISTS (SELECT 1 FROM search_row r WHERE r.channel_id = e.channel_id AND r.seq = e.seq) AS alone
       FROM json_each(?) named CROSS JOIN entry e ON e.channel_id = ? AND e.seq = named.value`,
      [JSON.stringify(seqs), channelId],
    )
    .map((row) => ({
      seq: Number(row['seq']),
      at: Number(row['at']),
      senderUser: (row['sender_user'] as UserId | null) ?? undefined,
      notifies: row['notifies'] === 1,
      alone: row['alone'] === 1,
    }))
}

/** MSG-10: the other messages that the same user has sent under the same clientId, with other devices. */
export function twinsOf(database: Database, entry: StoredEntry): StoredEntry[] {
  return database
    .all(
      `SELECT seq FROM entry WHERE client_id = ? AND channel_id = ? AND sender_user = ? AND seq <> ?
         AND kind = 'message' AND state = 'clear'`,
      [entry.clientId, entry.channelId, entry.senderUser ?? '', entry.seq],
    )
    .flatMap((row) => readEntry(database, entry.channelId, Number(row['seq'])) ?? [])
}

/** One that was erased took all of them with it, also those that come afterwards. */
function isTwinOfErased(database: Database, entry: StoredEntry): boolean {
  const earlier = database.all(
    `SELECT 1 FROM entry WHERE client_id = ? AND channel_id = ? AND sender_user = ? AND seq < ?
       AND kind = 'message' AND state = 'erased' LIMIT 1`,
    [entry.clientId, entry.channelId, entry.senderUser ?? '', entry.seq],
  )
  return earlier.length > 0
}

/** All but the first in the log stand nowhere, and say nothing about others. */
function hideTwins(database: Database, entry: StoredEntry): number[] {
  if (entry.state !== 'clear') return []
  if (isTwinOfErased(database, entry)) {
    savePlace(database, entry.channelId, entry.seq, 'nowhere')
    return [entry.seq]
  }
  const twins = twinsOf(database, entry)
  if (twins.length === 0) return []
  const seqs = [entry, ...twins].map(({ seq }) => seq).sort((a, b) => a - b)
  for (const seq of seqs.slice(1)) {
    savePlace(database, entry.channelId, seq, 'nowhere')
    database.run('DELETE FROM relation WHERE channel_id = ? AND seq = ?', [entry.channelId, seq])
  }
  return seqs.slice(1)
}

/** REL-1: the signed content and the header name the same, earlier entry; otherwise there is no relation. */
function agrees({ seq, relatesTo }: StoredEntry, { to }: Related): boolean {
  return to.seq === relatesTo && to.seq < seq
}

function noteRelated(database: Database, entry: StoredEntry, content: Related): void {
  const { channelId, seq, senderUser } = entry
  const isSaid = content.type === 'reply' || content.type === 'thread'
  if (!isSaid) savePlace(database, channelId, seq, 'nowhere')
  if (!agrees(entry, content) || !senderUser) return
  database.run(
    `INSERT OR REPLACE INTO relation (channel_id, seq, target, target_client, kind, author, emoji, is_on, in_channel, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      channelId,
      seq,
      content.to.seq,
      content.to.clientId,
      content.type,
      senderUser,
      content.type === 'reaction' ? content.emoji : '',
      'on' in content && !content.on ? 0 : 1,
      content.type === 'thread' && content.inChannel ? 1 : 0,
      entry.at,
    ],
  )
  if (content.type === 'thread') settleThread(database, channelId, content.to.seq)
  if (content.type === 'edit') eraseLateEdit(database, entry, content.to)
}

/** An edit that comes after its message was erased goes as well (REL-7). */
function eraseLateEdit(database: Database, edit: StoredEntry, to: RelationTarget): void {
  const target = readEntry(database, edit.channelId, to.seq)
  if (target?.state === 'erased' && target.senderUser === edit.senderUser) {
    eraseEntry(database, edit.channelId, { seq: edit.seq, stood: 'nowhere' })
  }
}

/** REL-4: where the answers to an entry stand, by what is known of it. */
function settleThread(database: Database, channelId: ChannelId, root: number): void {
  const answers = database.all(
    `SELECT seq, target_client, in_channel FROM relation ${BY_TARGET} WHERE channel_id = ? AND target = ? AND kind = 'thread'`,
    [channelId, root],
  )
  if (answers.length === 0) return
  const rootEntry = readEntry(database, channelId, root)
  for (const answer of answers) {
    const inThread = isRoot(database, rootEntry, answer['target_client'] as ClientId)
    const place = answer['in_channel'] ? 'both' : 'thread'
    savePlace(database, channelId, Number(answer['seq']), inThread ? place : 'channel')
  }
}

/** Whether an answer to this would stand in a thread, by what is known of it here. */
export function beginsThread(
  database: Database,
  channelId: ChannelId,
  { seq, clientId }: { readonly seq: number; readonly clientId: ClientId },
): boolean {
  return isRoot(database, readEntry(database, channelId, seq), clientId)
}

/** A message that is not itself an answer in a thread. What is not here, or cannot be read yet, may be one. */
function isRoot(database: Database, entry: StoredEntry | undefined, clientId: ClientId): boolean {
  if (!entry) return true
  if (entry.kind !== 'message' || entry.clientId !== clientId) return false
  if (entry.state === 'erased') return readPlace(database, entry) === 'channel'
  if (entry.state !== 'clear' || !entry.content) return true
  const type = knownContent(entry.content)?.type
  return type === undefined || type === 'text' || type === 'reply' || type === 'forward' || type === 'poll'
}

export function readPlace(
  database: Database,
  { channelId, seq }: Pick<StoredEntry, 'channelId' | 'seq'>,
): EntryPlace {
  const row = database.all('SELECT place FROM entry WHERE channel_id = ? AND seq = ?', [channelId, seq])[0]
  return (row?.['place'] as EntryPlace | undefined) ?? 'channel'
}

function savePlace(database: Database, channelId: ChannelId, seq: number, place: EntryPlace): void {
  if (readPlace(database, { channelId, seq }) === place) return
  database.run('UPDATE entry SET place = ? WHERE channel_id = ? AND seq = ?', [place, channelId, seq])
  markThread(database, channelId, seq, place === 'thread' || place === 'both')
}

/** What an order to erase names, and where it stood. */
export interface Erased {
  seq: number
  stood: 'channel' | 'thread' | 'nowhere'
}

/** Takes away what an entry said, what it said about others, and the edits of it (LOG-16, REL-7). */
export function eraseEntry(database: Database, channelId: ChannelId, { seq, stood }: Erased): void {
  const entry = readEntry(database, channelId, seq)
  if (!entry) return
  const twins = twinsOf(database, entry)
  database.run(
    "UPDATE entry SET state = 'erased', content = NULL, payload = NULL, calls_all = 0, calls_team = 0, place = ? WHERE channel_id = ? AND seq = ?",
    [stood, channelId, seq],
  )
  database.run('DELETE FROM relation WHERE channel_id = ? AND seq = ?', [channelId, seq])
  for (const edit of readRelationsTo(database, channelId, seq)) {
    if (isEditOf(edit, entry)) eraseEntry(database, channelId, { seq: edit.seq, stood: 'nowhere' })
  }
  for (const twin of twins) eraseEntry(database, channelId, { seq: twin.seq, stood: 'nowhere' })
  settleThread(database, channelId, seq)
}

type Target = Pick<StoredEntry, 'clientId' | 'senderUser'>

/** REL-3: only the author changes a message. */
export function isEditOf(row: RelationRow, target: Target): boolean {
  return row.kind === 'edit' && row.targetClient === target.clientId && row.author === target.senderUser
}

/** All that is said about an entry, in the order of the log, whether it holds or not. */
export function readRelationsTo(database: Database, channelId: ChannelId, target: number): RelationRow[] {
  return database
    .all(`SELECT * FROM relation ${BY_TARGET} WHERE channel_id = ? AND target = ? ORDER BY seq`, [
      channelId,
      target,
    ])
    .map(toRelation)
}

export function readRelationsOfKind(
  database: Database,
  channelId: ChannelId,
  kind: RelationKind,
): RelationRow[] {
  return database
    .all('SELECT * FROM relation WHERE channel_id = ? AND kind = ? ORDER BY seq', [channelId, kind])
    .map(toRelation)
}

/** The answers in a thread that are here, oldest first: with tombstones, and with what the channel shows too. */
export function readThread(database: Database, channelId: ChannelId, root: number): number[] {
  return database
    .all(
      `SELECT seq FROM entry ${BY_RELATION} WHERE channel_id = ? AND relates_to = ? AND place IN ('thread', 'both') ORDER BY seq`,
      [channelId, root],
    )
    .map((row) => Number(row['seq']))
}

function toRelation(row: SqlRow): RelationRow {
  return {
    seq: Number(row['seq']),
    target: Number(row['target']),
    targetClient: row['target_client'] as ClientId,
    kind: row['kind'] as RelationKind,
    author: row['author'] as UserId,
    emoji: row['emoji'] as string,
    on: Number(row['is_on']) === 1,
    at: Number(row['at']),
  }
}

/** Entries whose looks may depend on what an entry says: what it speaks of, and what answers either of them. */
export function relatives(database: Database, channelId: ChannelId, seq: number): number[] {
  const [own] = database.all('SELECT target FROM relation WHERE channel_id = ? AND seq = ?', [channelId, seq])
  const targets = own ? [seq, Number(own['target'])] : [seq]
  const answers = targets.flatMap((target) => readRelationsTo(database, channelId, target))
  return [...targets, ...answers.map((row) => row.seq)]
}

/** The messages up to a place in the log that edits after it change. */
export function readEditedBy(database: Database, channelId: ChannelId, seq: number): number[] {
  return database
    .all(
      "SELECT DISTINCT target FROM relation WHERE channel_id = ? AND seq > ? AND target <= ? AND kind = 'edit'",
      [channelId, seq, seq],
    )
    .map((row) => Number(row['target']))
}

/** Where the server's log has lost what followed (LOG-8). */
export function removeRelationsAfter(database: Database, channelId: ChannelId, seq: number): void {
  database.run('DELETE FROM relation WHERE channel_id = ? AND seq > ?', [channelId, seq])
}

/** For a database of an older program, which kept what it could not show (MSG-8). */
export function rebuildRelations(database: Database): void {
  const rows = database.all(
    "SELECT channel_id, seq FROM entry WHERE kind = 'message' AND state = 'clear' AND relates_to IS NOT NULL",
  )
  for (const row of rows) noteRelation(database, row['channel_id'] as ChannelId, Number(row['seq']))
}
