/**
 * Messages that were here and that the server's log no longer has: a server that shows a shorter log erases nothing here. Each goes
 * once the log has it again. SPEC.md, LOG-8, LOG-16.
 */
import type { ChannelId, ClientId, UserId } from '@reforms/protocol'
import type { Database, SqlRow } from '../../ports.ts'

export interface KeptMessage {
  clientId: ClientId
  senderUser: UserId | undefined
  /** The last entry that both logs had: where it stands now. */
  afterSeq: number
  at: number
  content: Uint8Array
}

/** All readable messages after a seq, but one's own, which are sent again. Within the step's transaction, before they are cut away. */
export function keepMessagesAfter(database: Database, channelId: ChannelId, seq: number, own: string): void {
  database.run(
    `INSERT OR IGNORE INTO kept_message (channel_id, client_id, sender_user, after_seq, seq, at, content)
     SELECT channel_id, client_id, sender_user, ?, seq, at, content FROM entry
     WHERE channel_id = ? AND seq > ? AND kind = 'message' AND state = 'clear' AND content IS NOT NULL AND sender <> ?`,
    [seq, channelId, seq, own],
  )
}

/** Oldest first, without those that the log has again. */
export function readKeptMessages(database: Database, channelId: ChannelId): KeptMessage[] {
  return database
    .all(
      `SELECT * FROM kept_message WHERE channel_id = ? AND NOT EXISTS (SELECT 1 FROM entry
         WHERE entry.client_id = kept_message.client_id AND entry.channel_id = kept_message.channel_id)
       ORDER BY after_seq, seq`,
      [channelId],
    )
    .map(toKeptMessage)
}

function toKeptMessage(row: SqlRow): KeptMessage {
  return {
    clientId: row['client_id'] as ClientId,
    senderUser: (row['sender_user'] as UserId | null) ?? undefined,
    afterSeq: Number(row['after_seq']),
    at: Number(row['at']),
    content: row['content'] as Uint8Array,
  }
}
