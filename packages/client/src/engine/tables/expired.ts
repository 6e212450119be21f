/** What is older than a channel's policy keeps it. */
import type { ChannelId } from '@reforms/protocol'
import type { Database } from '../../ports.ts'

export interface Expired {
  seq: number
}

/** Messages of before a time that are not erased yet, or that leave a trace of themselves. */
export function readExpired(
  database: Database,
  channelId: ChannelId,
  before: number,
  limit: number,
): Expired[] {
  return database
    .all(
      `SELECT seq FROM entry WHERE channel_id = ? AND kind = 'message' AND at < ?
         AND (state <> 'erased' OR place <> 'nowhere') ORDER BY seq LIMIT ?`,
      [channelId, before, limit],
    )
    .map((row) => ({ seq: Number(row['seq']) }))
}

/** What the server's log has lost and this device keeps (LOG-8). True where there was any. */
export function removeKeptBefore(database: Database, channelId: ChannelId, before: number): boolean {
  const [row] = database.all('SELECT count(*) AS count FROM kept_message WHERE channel_id = ? AND at < ?', [
    channelId,
    before,
  ])
  if (Number(row?.['count']) === 0) return false
  database.run('DELETE FROM kept_message WHERE channel_id = ? AND at < ?', [channelId, before])
  return true
}
