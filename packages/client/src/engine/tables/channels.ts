/** The channels of this user, and how far each is known here. */
import {
  cleanLines,
  cleanName,
  decodeCbor,
  encodeCbor,
  type ChannelId,
  type ChannelKind,
  type ChannelSummary,
  type UserId,
} from '@reforms/protocol'
import { sameBytes } from '../bytes.ts'
import type { Database, SqlRow } from '../../ports.ts'

export type Place = 'member' | 'joining' | 'leaving' | 'none'

export interface ChannelRow {
  channelId: ChannelId
  kind: ChannelKind
  name: string
  topic: string
  /** Where they were last said; 0 where they never were. */
  nameSeq: number
  archived: boolean
  place: Place
  deviceIn: boolean
  participants: UserId[]
  createdAt: number
  serverSeq: number
  /** Undefined until the first page of the log is here. */
  log: { firstSeq: number; headBefore: Uint8Array; seq: number; head: Uint8Array } | undefined
  generation: number
  epoch: number
  /** Undefined while this device has no leaf. */
  groupSeq: number | undefined
  joinedSeq: number
  readSeq: number
  lastAt: number
  warning: string | undefined
}

const COLUMNS = `channel_id, kind, name, topic, name_seq, archived, place, device_in, participants, created_at, server_seq,
  first_seq, head_before, seq, head, group_seq, generation, epoch, joined_seq, read_seq, last_at, warning`

function toChannel(row: SqlRow): ChannelRow {
  const started = row['seq'] !== null
  return {
    channelId: row['channel_id'] as ChannelId,
    kind: row['kind'] as ChannelKind,
    name: row['name'] as string,
    topic: row['topic'] as string,
    nameSeq: Number(row['name_seq']),
    archived: row['archived'] === 1,
    place: row['place'] as Place,
    deviceIn: row['device_in'] === 1,
    participants: decodeCbor(row['participants'] as Uint8Array) as UserId[],
    createdAt: Number(row['created_at']),
    serverSeq: Number(row['server_seq']),
    log: started
      ? {
          firstSeq: Number(row['first_seq']),
          headBefore: row['head_before'] as Uint8Array,
          seq: Number(row['seq']),
          head: row['head'] as Uint8Array,
        }
      : undefined,
    generation: Number(row['generation'] ?? 0),
    epoch: Number(row['epoch'] ?? 0),
    groupSeq: row['group_seq'] === null ? undefined : Number(row['group_seq']),
    joinedSeq: Number(row['joined_seq']),
    readSeq: Number(row['read_seq']),
    lastAt: Number(row['last_at']),
    warning: (row['warning'] as string | null) ?? undefined,
  }
}

export function readChannel(database: Database, channelId: ChannelId): ChannelRow | undefined {
  const row = database.all(`SELECT ${COLUMNS} FROM channel WHERE channel_id = ?`, [channelId])[0]
  return row ? toChannel(row) : undefined
}

export function readChannels(database: Database): ChannelRow[] {
  return database.all(`SELECT ${COLUMNS} FROM channel ORDER BY channel_id`).map(toChannel)
}

/** Takes over what the server says of a channel. Names of channels that are not public come from their logs. */
export function saveSummary(database: Database, summary: ChannelSummary): void {
  database.run(
    `INSERT INTO channel (channel_id, kind, name, topic, archived, place, device_in, participants, created_at,
       server_seq, server_head, last_at, joined_seq)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (channel_id) DO UPDATE SET
       name = CASE WHEN kind = 'public' THEN excluded.name ELSE name END,
       topic = CASE WHEN kind = 'public' THEN excluded.topic ELSE topic END,
       archived = excluded.archived, place = excluded.place, device_in = excluded.device_in,
       participants = excluded.participants, server_seq = excluded.server_seq, server_head = excluded.server_head,
       joined_seq = excluded.joined_seq`,
    [
      summary.channelId,
      summary.kind,
      cleanName(summary.name ?? ''),
      cleanLines(summary.topic ?? ''),
      summary.archived ? 1 : 0,
      summary.place,
      summary.deviceIn ? 1 : 0,
      encodeCbor(summary.participants ?? []),
      summary.createdAt,
      summary.seq,
      summary.head,
      summary.createdAt,
      summary.joinedSeq ?? 0,
    ],
  )
}

export function savePlace(database: Database, channelId: ChannelId, place: Place): void {
  database.run('UPDATE channel SET place = ? WHERE channel_id = ?', [place, channelId])
}

export function saveCursor(database: Database, channelId: ChannelId, seq: number, head: Uint8Array): void {
  database.run('UPDATE channel SET seq = ?, head = ?, server_seq = max(server_seq, ?) WHERE channel_id = ?', [
    seq,
    head,
    seq,
    channelId,
  ])
}

/** What is here is all that the server gives, whatever it had told. */
export function settleServerSeq(database: Database, channelId: ChannelId): void {
  database.run('UPDATE channel SET server_seq = seq WHERE channel_id = ? AND seq IS NOT NULL', [channelId])
}

/** How far the server's log goes, as it last told. */
export function saveServerSeq(database: Database, channelId: ChannelId, seq: number): void {
  database.run('UPDATE channel SET server_seq = max(server_seq, ?) WHERE channel_id = ?', [seq, channelId])
}

/**
 * Where the server now says that its log ends. It may say less than is known here, or another head: then the log has to be
 * asked whether it still leads to what is here (LOG-8), which a lower server_seq makes the channel work do.
 */
export function noteServerEnd(
  database: Database,
  channelId: ChannelId,
  end: { seq: number; head: Uint8Array },
): 'fits' | 'differs' {
  const known = database.all('SELECT head FROM entry WHERE channel_id = ? AND seq = ?', [
    channelId,
    end.seq,
  ])[0]
  const differs = known !== undefined && !sameBytes(known['head'] as Uint8Array, end.head)
  database.run('UPDATE channel SET server_seq = ? WHERE channel_id = ?', [
    differs ? end.seq - 1 : end.seq,
    channelId,
  ])
  return differs ? 'differs' : 'fits'
}

export function saveStart(
  database: Database,
  channelId: ChannelId,
  firstSeq: number,
  headBefore: Uint8Array,
): void {
  database.run('UPDATE channel SET first_seq = ?, head_before = ? WHERE channel_id = ?', [
    firstSeq,
    headBefore,
    channelId,
  ])
}

export interface GroupState {
  state: Uint8Array
  seq: number
  generation: number
  epoch: number
}

export function readGroupState(database: Database, channelId: ChannelId): Uint8Array | undefined {
  const row = database.all('SELECT group_state FROM channel WHERE channel_id = ?', [channelId])[0]
  return (row?.['group_state'] as Uint8Array | null | undefined) ?? undefined
}

export function saveGroupState(
  database: Database,
  channelId: ChannelId,
  group: GroupState | undefined,
): void {
  database.run(
    'UPDATE channel SET group_state = ?, group_seq = ?, generation = ?, epoch = ? WHERE channel_id = ?',
    [group?.state ?? null, group?.seq ?? null, group?.generation ?? null, group?.epoch ?? null, channelId],
  )
}

/** The newest entry in which a moderator says the name holds, else the newest, whatever the order in which entries are read. */
export function saveNames(
  database: Database,
  channelId: ChannelId,
  said: { name: string; topic: string; seq: number; byModerator: boolean },
): void {
  const rank = said.byModerator ? 1 : 0
  database.run(
    `UPDATE channel SET name = ?, topic = ?, name_seq = ?, name_by_moderator = ?
     WHERE channel_id = ? AND (name_by_moderator < ? OR (name_by_moderator = ? AND name_seq <= ?))`,
    [said.name, said.topic, said.seq, rank, channelId, rank, rank, said.seq],
  )
}

export function saveReadSeq(database: Database, channelId: ChannelId, seq: number): void {
  database.run('UPDATE channel SET read_seq = max(read_seq, ?) WHERE channel_id = ?', [seq, channelId])
}

export function saveLastAt(database: Database, channelId: ChannelId, at: number): void {
  database.run('UPDATE channel SET last_at = max(last_at, ?) WHERE channel_id = ?', [at, channelId])
}

export function saveWarning(database: Database, channelId: ChannelId, warning: string | undefined): void {
  database.run('UPDATE channel SET warning = ? WHERE channel_id = ?', [warning ?? null, channelId])
}
