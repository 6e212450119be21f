/** Who is in which channel, from the changes of leaves that are known here: for what goes to many channels at once. */
import type { ChannelId, UserId } from '@reforms/protocol'
import type { Database } from '../../ports.ts'

/** Of the channels that this device is in and can write to. */
export function readRosters(database: Database): Map<ChannelId, Set<UserId>> {
  const rosters = new Map<ChannelId, Set<UserId>>()
  const rows = database.all(
    `SELECT leaf.channel_id, leaf.user_id, leaf.added, max(leaf.epoch * 2 + leaf.added) AS newest
     FROM leaf_change AS leaf
     JOIN channel ON channel.channel_id = leaf.channel_id AND channel.generation = leaf.generation
     WHERE channel.place = 'member' AND channel.archived = 0 AND channel.group_seq IS NOT NULL
     GROUP BY leaf.channel_id, leaf.device_id`,
  )
  for (const row of rows) {
    if (row['added'] !== 1) continue
    const channelId = row['channel_id'] as ChannelId
    const roster = rosters.get(channelId) ?? new Set<UserId>()
    rosters.set(channelId, roster.add(row['user_id'] as UserId))
  }
  return rosters
}

/** Whether somebody other than this user has come in after an epoch. */
export function hasNewcomers(
  database: Database,
  { channelId, generation, epoch }: { channelId: ChannelId; generation: number; epoch: number },
  ownUserId: UserId,
): boolean {
  const [row] = database.all(
    `SELECT EXISTS (SELECT 1 FROM leaf_change WHERE channel_id = ? AND added = 1 AND user_id <> ?
       AND (generation > ? OR (generation = ? AND epoch > ?))) AS is_so`,
    [channelId, ownUserId, generation, generation, epoch],
  )
  return row?.['is_so'] === 1
}
