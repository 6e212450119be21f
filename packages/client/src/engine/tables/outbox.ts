/** What this user sent and the log has not returned yet. Durable before it shows; gone when its entry comes back. */
import { decodeCbor, encodeCbor, type ChannelId, type ClientId, type UserId } from '@reforms/protocol'
import type { Database, SqlRow } from '../../ports.ts'

export interface OutboxItem {
  number: number
  clientId: ClientId
  channelId: ChannelId
  createdAt: number
  content: Uint8Array
  relatesTo: number | undefined
  notify: UserId[] | undefined
  state: 'waiting' | 'sending' | 'failed'
  problem: string | undefined
}

function toItem(row: SqlRow): OutboxItem {
  const notify = row['notify'] as Uint8Array | null
  return {
    number: Number(row['number']),
    clientId: row['client_id'] as ClientId,
    channelId: row['channel_id'] as ChannelId,
    createdAt: Number(row['created_at']),
    content: row['content'] as Uint8Array,
    relatesTo: (row['relates_to'] as number | null) ?? undefined,
    notify: notify ? (decodeCbor(notify) as UserId[]) : undefined,
    state: row['state'] as OutboxItem['state'],
    problem: (row['problem'] as string | null) ?? undefined,
  }
}

export function addToOutbox(
  database: Database,
  item: {
    clientId: ClientId
    channelId: ChannelId
    createdAt: number
    content: Uint8Array
    relatesTo?: number | undefined
    notify?: UserId[] | undefined
  },
): void {
  database.run(
    `INSERT OR IGNORE INTO outbox (client_id, channel_id, created_at, content, relates_to, notify, state)
     VALUES (?, ?, ?, ?, ?, ?, 'waiting')`,
    [
      item.clientId,
      item.channelId,
      item.createdAt,
      item.content,
      item.relatesTo ?? null,
      item.notify ? encodeCbor(item.notify) : null,
    ],
  )
}

export function readOutbox(database: Database, channelId: ChannelId): OutboxItem[] {
  return database.all('SELECT * FROM outbox WHERE channel_id = ? ORDER BY number', [channelId]).map(toItem)
}

/** What of it says something about entries of the log. */
export function readRelatedOutbox(database: Database, channelId: ChannelId): OutboxItem[] {
  return database
    .all('SELECT * FROM outbox WHERE channel_id = ? AND relates_to IS NOT NULL ORDER BY number', [channelId])
    .map(toItem)
}

/** What waits and in which state, without its content, in order. */
export type ListedSending = Pick<OutboxItem, 'clientId' | 'state' | 'problem'>

export function listOutbox(database: Database, channelId: ChannelId): ListedSending[] {
  return database
    .all('SELECT client_id, state, problem FROM outbox WHERE channel_id = ? ORDER BY number', [channelId])
    .map((row) => ({
      clientId: row['client_id'] as ClientId,
      state: row['state'] as OutboxItem['state'],
      problem: (row['problem'] as string | null) ?? undefined,
    }))
}

/** What waits for its files lets what was sent later pass. */
const TO_SEND = `SELECT * FROM outbox WHERE channel_id = ? AND state <> 'failed' AND NOT EXISTS
  (SELECT 1 FROM transfer WHERE transfer.client_id = outbox.client_id AND transfer.state <> 'done')
  ORDER BY number LIMIT ?`

export function readNextToSend(database: Database, channelId: ChannelId): OutboxItem | undefined {
  return readToSend(database, channelId, 1)[0]
}

/** The first of those that can be sent, in order. */
export function readToSend(database: Database, channelId: ChannelId, limit: number): OutboxItem[] {
  return database.all(TO_SEND, [channelId, limit]).map(toItem)
}

export function readOutboxItem(database: Database, clientId: ClientId): OutboxItem | undefined {
  const row = database.all('SELECT * FROM outbox WHERE client_id = ?', [clientId])[0]
  return row ? toItem(row) : undefined
}

export function readOutboxChannels(database: Database): ChannelId[] {
  return database
    .all("SELECT DISTINCT channel_id FROM outbox WHERE state <> 'failed'")
    .map((row) => row['channel_id'] as ChannelId)
}

export function countWaiting(database: Database): number {
  return Number(database.all("SELECT count(*) AS n FROM outbox WHERE state <> 'failed'")[0]?.['n'] ?? 0)
}

export function saveOutboxState(
  database: Database,
  clientId: ClientId,
  state: OutboxItem['state'],
  problem?: string,
): void {
  database.run('UPDATE outbox SET state = ?, problem = ? WHERE client_id = ?', [
    state,
    problem ?? null,
    clientId,
  ])
}

export function saveOutboxContent(
  database: Database,
  clientId: ClientId,
  content: Uint8Array,
  relatesTo: number | undefined,
): void {
  database.run('UPDATE outbox SET content = ?, relates_to = ? WHERE client_id = ?', [
    content,
    relatesTo ?? null,
    clientId,
  ])
}

export function removeFromOutbox(database: Database, clientId: ClientId): void {
  database.run('DELETE FROM outbox WHERE client_id = ?', [clientId])
  database.run('DELETE FROM upload WHERE client_id = ?', [clientId])
  database.run('DELETE FROM transfer WHERE client_id = ?', [clientId])
}
