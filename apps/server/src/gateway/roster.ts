/**
 * What the gateway reads of channels: who gets a channel's events, and heads. A user with a leaf that does not wait to be
 * removed is a member.
 */
import type { ChannelId, UserId } from '@reforms/protocol'
import type { Sql } from 'postgres'
import { plainBytes } from '../features/stored-bytes.ts'
import type { Rosters } from './hub.ts'
import type { Head } from './told-heads.ts'

/** Leaves that stay. */
const stayingLeaves = (sql: Sql) => sql`
  channel_leaf l where not exists (
    select from channel_waiting w
    where w.channel_id = l.channel_id and w.device_id = l.device_id and w.kind = 'remove')`

export function rosterReader(sql: Sql): Rosters {
  return {
    channelsOf: async (userId) => {
      const rows = await sql<{ channelId: ChannelId }[]>`
        select distinct l.channel_id as "channelId" from ${stayingLeaves(sql)} and l.user_id = ${userId}`
      return rows.map(({ channelId }) => channelId)
    },
    membersOf: async (channelId) => {
      const rows = await sql<{ userId: UserId }[]>`
        select distinct l.user_id as "userId" from ${stayingLeaves(sql)} and l.channel_id = ${channelId}`
      return rows.map(({ userId }) => userId)
    },
  }
}

export async function readHeads(
  sql: Sql,
  channelIds: readonly ChannelId[],
): Promise<ReadonlyMap<ChannelId, Head>> {
  const rows = await sql<{ channelId: ChannelId; seq: string; head: Buffer }[]>`
    select channel_id as "channelId", seq::text, head from channel where channel_id = any(${[...channelIds]}::uuid[])`
  return new Map(
    rows.map(({ channelId, seq, head }) => [channelId, { seq: Number(seq), head: plainBytes(head) }]),
  )
}
