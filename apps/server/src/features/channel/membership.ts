/** Who is in which channel, for those who fan out: the bus and the gateway. */
import type { ChannelId, Seq, UserId } from '@reforms/protocol'
import { plainBytes } from '../stored-bytes.ts'
import type { Query } from '../transaction.ts'

/** Users with a leaf that does not wait to be removed: they alone are told what the log takes. */
export async function membersOf(sql: Query, channelId: ChannelId): Promise<UserId[]> {
  const rows = await sql<{ userId: UserId }[]>`
    select distinct user_id as "userId" from live_leaf where channel_id = ${channelId}`
  return rows.map(({ userId }) => userId)
}

/** The channels that each of these users is a member of, in the order of the users. */
export async function channelsOfEach(sql: Query, userIds: readonly UserId[]): Promise<ChannelId[][]> {
  const rows = await sql<{ userId: UserId; channelId: ChannelId }[]>`
    select distinct user_id as "userId", channel_id as "channelId" from live_leaf
    where user_id = any(${[...userIds]}::uuid[])`
  const found = new Map<UserId, ChannelId[]>(userIds.map((userId) => [userId, []]))
  for (const { userId, channelId } of rows) found.get(userId)?.push(channelId)
  return userIds.map((userId) => found.get(userId)!)
}

/** Where the logs of these channels end. */
export async function headsOf(
  sql: Query,
  channelIds: readonly ChannelId[],
): Promise<{ channelId: ChannelId; seq: Seq; head: Uint8Array }[]> {
  const rows = await sql<{ channelId: ChannelId; seq: Seq; head: Buffer }[]>`
    select channel_id as "channelId", seq::float8 as seq, head from channel
    where channel_id = any(${[...channelIds]}::uuid[])`
  return rows.map(({ head, ...row }) => ({ ...row, head: plainBytes(head) }))
}
