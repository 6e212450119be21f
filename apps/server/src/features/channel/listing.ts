/** channel.list, channel.browse and channel.read (SPEC.md, CH-*). */
import type { ChannelId, DeviceId, UserId } from '@reforms/protocol'
import type { Handlers } from '../../ports/call.ts'
import { deviceCallerOf } from '../caller.ts'
import { pattern } from '../directory/user.ts'
import type { Query } from '../transaction.ts'
import { readSummary, summaryColumns, summaryOf, type SummaryRow } from './summary.ts'

const PAGE = 100

export const list: Handlers['channel.list'] = async (_input, call) => {
  const { sql } = call.services
  const viewer = deviceCallerOf(call)
  const rows = await sql<SummaryRow[]>`
    select ${summaryColumns(sql, viewer)} from channel c
    where c.channel_id in (
      select channel_id from channel_leaf where user_id = ${viewer.userId}
      union select channel_id from channel_waiting where user_id = ${viewer.userId}
    ) order by c.created_at, c.channel_id`
  return { channels: rows.map((row) => summaryOf(row, viewer)) }
}

export const browse: Handlers['channel.browse'] = async ({ search = '', after, limit = PAGE }, call) => {
  const { sql } = call.services
  const viewer = deviceCallerOf(call)
  const like = pattern(search)
  const rows = await sql<SummaryRow[]>`
    select ${summaryColumns(sql, viewer)} from channel c
    where c.kind = 'public' and (lower(c.name) like ${like} or lower(c.topic) like ${like})
      and (${after ?? null}::uuid is null or (lower(c.name), c.channel_id) >
        (select lower(name), channel_id from channel where channel_id = ${after ?? null}))
    order by lower(c.name), c.channel_id limit ${limit + 1}`
  return { channels: rows.slice(0, limit).map((row) => summaryOf(row, viewer)), more: rows.length > limit }
}

interface PlaceRow {
  readonly userId: UserId
  readonly deviceId: DeviceId
}

async function readWaiting(sql: Query, channelId: ChannelId, kind: 'add' | 'remove'): Promise<PlaceRow[]> {
  const rows = await sql<PlaceRow[]>`
    select user_id as "userId", device_id as "deviceId" from channel_waiting
    where channel_id = ${channelId} and kind = ${kind} order by since, device_id`
  return [...rows]
}

async function readRoster(sql: Query, channelId: ChannelId): Promise<PlaceRow[]> {
  const rows = await sql<PlaceRow[]>`
    select user_id as "userId", device_id as "deviceId" from channel_leaf
    where channel_id = ${channelId} order by leaf_index`
  return [...rows]
}

export const read: Handlers['channel.read'] = async ({ channelId }, call) => {
  const { sql } = call.services
  const [channel, roster, joining, leaving] = await Promise.all([
    readSummary(sql, channelId, deviceCallerOf(call)),
    readRoster(sql, channelId),
    readWaiting(sql, channelId, 'add'),
    readWaiting(sql, channelId, 'remove'),
  ])
  return { channel, roster, joining, leaving }
}
