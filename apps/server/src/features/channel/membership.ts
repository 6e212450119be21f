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

/** The channels that a user is a member of. */
export async function channelsOf(sql: Query, userId: UserId): Promise<ChannelId[]> {
  const rows = await sql<{ channelId: ChannelId }[]>`
    select distinct channel_id as "channelId" from live_leaf where user_id = ${userId}`
  return rows.map(({ channelId }) => channelId)
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
