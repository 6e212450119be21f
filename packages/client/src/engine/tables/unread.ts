/** What of a channel's log is unread: messages of others that stand in the channel. */
import type { UserId } from '@reforms/protocol'
import type { Database } from '../../ports.ts'
import type { ChannelRow } from './channels.ts'

/** Parameters: the channel, up to where it was read, whose own messages do not count. */
export const UNREAD = `channel_id = ? AND seq > ? AND kind = 'message' AND sender_user <> ?
  AND state IN ('clear', 'waiting') AND place IN ('channel', 'both')`

export function firstUnreadSeq(
  database: Database,
  { channelId, readSeq }: Pick<ChannelRow, 'channelId' | 'readSeq'>,
  me: UserId | undefined,
): number | undefined {
  const [row] = database.all(`SELECT seq FROM entry WHERE ${UNREAD} ORDER BY seq LIMIT 1`, [
    channelId,
    readSeq,
    me ?? '',
  ])
  return row === undefined ? undefined : Number(row['seq'])
}
