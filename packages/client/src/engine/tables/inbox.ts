/**
 * What calls on this user, by entry: noted when an entry can be read, whatever the order in which entries come, so that the inbox
 * looks nowhere else. What it says about others has been noted before (relations.ts). SPEC.md, OWN-12.
 */
import { decodeCbor, type ChannelId, type UserId } from '@reforms/protocol'
import type { Database, SqlRow } from '../../ports.ts'
import { isReaction } from '../channel/emoji.ts'
import { BY_RELATION, BY_TARGET } from './plans.ts'

/** By name or with a team of theirs, with everybody, in a thread that the user is in, to what they wrote in the channel, with an emoji. */
type CallKind = 'mention' | 'everybody' | 'answer' | 'reply' | 'reaction'

interface Place {
  readonly channelId: ChannelId
  readonly seq: number
}

const FACTS = `SELECT e.state, e.kind, e.sender_user, e.notify, e.calls_all, e.calls_team, e.place, e.at, r.kind AS relation, r.target
  FROM entry e LEFT JOIN relation r ON r.channel_id = e.channel_id AND r.seq = e.seq
  WHERE e.channel_id = ? AND e.seq = ?`

/** Within the transaction in which an entry became readable. Repeating it changes nothing. */
export function noteCall(database: Database, me: UserId, place: Place): void {
  const [facts] = database.all(FACTS, [place.channelId, place.seq])
  if (facts?.['state'] !== 'clear' || facts['kind'] !== 'message') return
  if (facts['relation'] === 'reaction')
    settleReactions(database, me, place.channelId, Number(facts['target']))
  if (facts['place'] === 'nowhere') return
  const root = facts['relation'] === 'thread' && facts['place'] !== 'channel' ? Number(facts['target']) : 0
  if (facts['sender_user'] === me) return settleOwn(database, me, place, root)
  const kind = callOf(database, me, place, facts, root)
  if (!kind) return
  save(database, place, kind, root || Number(facts['target'] ?? 0), Number(facts['at']))
  // Who is named in a thread is in it from there on (REL-9).
  if (kind === 'mention' && root) settleAnswers(database, me, place.channelId, root)
}

function callOf(
  database: Database,
  me: UserId,
  { channelId, seq }: Place,
  facts: SqlRow,
  root: number,
): CallKind | undefined {
  const notify = facts['notify'] as Uint8Array | null
  if (notify && (decodeCbor(notify) as UserId[]).includes(me)) return 'mention'
  if (facts['calls_team'] === 1) return 'mention'
  if (facts['calls_all'] === 1) return 'everybody'
  if (root) return seq > (inThreadSince(database, me, channelId, root) ?? Infinity) ? 'answer' : undefined
  const answered = facts['relation'] === 'reply' ? Number(facts['target']) : 0
  return answered && isBy(database, me, channelId, answered) ? 'reply' : undefined
}

function save(
  database: Database,
  { channelId, seq }: Place,
  kind: CallKind,
  target: number,
  at: number,
): void {
  database.run(
    'INSERT OR REPLACE INTO inbox_item (channel_id, seq, kind, target, at) VALUES (?, ?, ?, ?, ?)',
    [...[channelId, seq, kind, target, at]],
  )
}

/** What others say of something may have come before it. */
function settleOwn(database: Database, me: UserId, { channelId, seq }: Place, root: number): void {
  if (root) settleAnswers(database, me, channelId, root)
  const [about] = database.all(
    `SELECT 1 FROM relation ${BY_TARGET} WHERE channel_id = ? AND target = ? LIMIT 1`,
    [channelId, seq],
  )
  if (!about) return
  settleAnswers(database, me, channelId, seq)
  settleReactions(database, me, channelId, seq)
  database.run(
    `INSERT OR IGNORE INTO inbox_item (channel_id, seq, kind, target, at)
       SELECT e.channel_id, e.seq, 'reply', r.target, e.at FROM relation r ${BY_TARGET} JOIN entry e ON e.channel_id = r.channel_id AND e.seq = r.seq
       WHERE r.channel_id = ? AND r.target = ? AND r.kind = 'reply' AND r.author <> ? AND e.state = 'clear'`,
    [channelId, seq, me],
  )
}

const ANSWERS = `channel_id = ? AND relates_to = ? AND place IN ('thread', 'both') AND state = 'clear'`

function isBy(database: Database, me: UserId, channelId: ChannelId, seq: number): boolean {
  const [row] = database.all('SELECT sender_user FROM entry WHERE channel_id = ? AND seq = ?', [
    channelId,
    seq,
  ])
  return row?.['sender_user'] === me
}

/** The root that this user wrote, or else the first answer that is theirs or names them. */
function inThreadSince(
  database: Database,
  me: UserId,
  channelId: ChannelId,
  root: number,
): number | undefined {
  if (isBy(database, me, channelId, root)) return root
  const [row] = database.all(
    `SELECT min(seq) AS seq FROM (SELECT seq FROM entry ${BY_RELATION} WHERE ${ANSWERS} AND sender_user = ?
       UNION ALL SELECT seq FROM inbox_item WHERE channel_id = ? AND target = ? AND kind = 'mention')`,
    [channelId, root, me, channelId, root],
  )
  return (row?.['seq'] as number | null | undefined) ?? undefined
}

function settleAnswers(database: Database, me: UserId, channelId: ChannelId, root: number): void {
  const since = inThreadSince(database, me, channelId, root)
  if (since === undefined) return
  database.run(
    `INSERT OR IGNORE INTO inbox_item (channel_id, seq, kind, target, at)
       SELECT channel_id, seq, 'answer', relates_to, at FROM entry ${BY_RELATION} WHERE ${ANSWERS} AND sender_user <> ? AND seq > ?`,
    [channelId, root, me, since],
  )
}

/** Of what somebody said with one emoji the last word holds (REL-2). */
function settleReactions(database: Database, me: UserId, channelId: ChannelId, target: number): void {
  database.run("DELETE FROM inbox_item WHERE channel_id = ? AND target = ? AND kind = 'reaction'", [
    channelId,
    target,
  ])
  const last = database.all(
    `SELECT max(r.seq) AS seq, r.is_on, r.at, r.emoji FROM relation r ${BY_TARGET}
       JOIN entry e ON e.channel_id = r.channel_id AND e.seq = r.target AND e.client_id = r.target_client
       WHERE r.channel_id = ? AND r.target = ? AND r.kind = 'reaction' AND r.author <> ? AND e.sender_user = ? AND e.state = 'clear'
       GROUP BY r.author, r.emoji`,
    [channelId, target, me, me],
  )
  for (const row of last) {
    const place = { channelId, seq: Number(row['seq']) }
    if (row['is_on'] === 1 && isReaction(row['emoji'] as string))
      save(database, place, 'reaction', target, Number(row['at']))
  }
}

/** What was erased calls on nobody, and what was said with an emoji about it neither. */
export function removeCall(database: Database, channelId: ChannelId, seq: number): void {
  database.run('DELETE FROM inbox_item WHERE channel_id = ? AND seq = ?', [channelId, seq])
  database.run("DELETE FROM inbox_item WHERE channel_id = ? AND target = ? AND kind = 'reaction'", [
    channelId,
    seq,
  ])
}

/** Where the server's log has lost what followed (LOG-8). */
export function removeCallsAfter(database: Database, channelId: ChannelId, seq: number): void {
  database.run('DELETE FROM inbox_item WHERE channel_id = ? AND seq > ?', [channelId, seq])
}

/** For a database of an older program. */
export function rebuildInbox(database: Database, me: UserId | undefined): void {
  if (me === undefined) return
  const rows = database.all(
    `SELECT channel_id, seq FROM entry WHERE kind = 'message' AND state = 'clear'
       AND (relates_to IS NOT NULL OR notify IS NOT NULL OR calls_all = 1 OR calls_team = 1) ORDER BY channel_id, seq`,
  )
  for (const row of rows) {
    noteCall(database, me, { channelId: row['channel_id'] as ChannelId, seq: Number(row['seq']) })
  }
}

/** Something that calls on the user, with what is known of it here and what they have said of it. */
export interface Call {
  channelId: ChannelId
  seq: number
  kind: CallKind | 'invitation'
  target: number
  at: number
  author: UserId | undefined
  /** It was read where it stands. */
  readThere: boolean
  /** The user's own word about it, as the register has it. */
  mark: Uint8Array | undefined
}

const IS_READ = `(i.kind <> 'reaction' AND ((e.place IN ('channel', 'both') AND i.seq <= c.read_seq)
  OR (e.place IN ('thread', 'both') AND i.seq <= coalesce(t.seq, 0))))`

const CALLS = `SELECT i.channel_id, i.seq, i.kind, i.target, i.at, e.sender_user, ${IS_READ} AS read_there, m.value AS mark
  FROM inbox_item i JOIN channel c ON c.channel_id = i.channel_id AND c.place NOT IN ('none', 'leaving')
  JOIN entry e ON e.channel_id = i.channel_id AND e.seq = i.seq AND e.state = 'clear'
  LEFT JOIN thread_read t ON t.channel_id = i.channel_id AND t.root = i.target
  LEFT JOIN register m ON m.record = 'inbox/' || i.channel_id AND m.key = CAST(i.seq AS TEXT)`

/** The newest first, at most `limit` of them, since a time. */
export function readCalls(database: Database, since: number, limit: number): Call[] {
  return database.all(`${CALLS} WHERE i.at > ? ORDER BY i.at DESC LIMIT ?`, [since, limit]).map(toCall)
}

export function readCall(database: Database, channelId: ChannelId, seq: number): Call | undefined {
  return database.all(`${CALLS} WHERE i.channel_id = ? AND i.seq = ?`, [channelId, seq]).map(toCall)[0]
}

/** Private channels that somebody else let this user into: where their first leaf came in. */
export function readInvitations(database: Database, me: UserId, since: number): Call[] {
  return database
    .all(
      `SELECT c.channel_id, e.seq, 'invitation' AS kind, 0 AS target, e.at, e.sender_user, 0 AS read_there, m.value AS mark
         FROM channel c JOIN entry e ON e.channel_id = c.channel_id AND e.seq = c.joined_seq
         LEFT JOIN register m ON m.record = 'inbox/' || c.channel_id AND m.key = CAST(e.seq AS TEXT)
         WHERE c.kind = 'private' AND c.place NOT IN ('none', 'leaving') AND e.kind = 'commit' AND e.sender_user <> ? AND e.at > ?`,
      [me, since],
    )
    .map(toCall)
}

function toCall(row: SqlRow): Call {
  return {
    channelId: row['channel_id'] as ChannelId,
    seq: Number(row['seq']),
    kind: row['kind'] as Call['kind'],
    target: Number(row['target']),
    at: Number(row['at']),
    author: (row['sender_user'] as UserId | null) ?? undefined,
    readThere: row['read_there'] === 1,
    mark: (row['mark'] as Uint8Array | null) ?? undefined,
  }
}
