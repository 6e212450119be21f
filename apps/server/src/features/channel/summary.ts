/** A channel as one user sees it in a list (SPEC.md, CH-*). */
import {
  ProtocolError,
  type ChannelId,
  type ChannelSummary,
  type DeviceId,
  type UserId,
} from '@reforms/protocol'
import { plainBytes } from '../stored-bytes.ts'
import type { Query } from '../transaction.ts'
import { placeOf } from './standing.ts'

export interface Viewer {
  readonly userId: UserId
  readonly deviceId: DeviceId
}

type Facts = Omit<ChannelSummary, 'name' | 'topic' | 'head' | 'place' | 'participants' | 'joinedSeq'>

export interface SummaryRow extends Facts {
  readonly name: string | null
  readonly topic: string | null
  readonly head: Buffer
  readonly participants: UserId[] | null
  readonly joinedSeq: number | null
  readonly live: boolean
  readonly leaf: boolean
  readonly joining: boolean
}

/** The columns of a SummaryRow, of a channel aliased `c`. */
export function summaryColumns(sql: Query, { userId, deviceId }: Viewer) {
  return sql`
    c.channel_id as "channelId", c.kind, c.name, c.topic, c.archived, c.created_at::float8 as "createdAt",
    c.generation::float8 as generation, c.epoch::float8 as epoch, c.seq::float8 as seq, c.head, c.participants,
    (select count(distinct l.user_id)::int from live_leaf l where l.channel_id = c.channel_id) as "memberCount",
    exists (select from live_leaf l where l.channel_id = c.channel_id and l.device_id = ${deviceId}) as "deviceIn",
    exists (select from channel_waiting w where w.channel_id = c.channel_id and w.kind = 'remove') as removing,
    (select min(l.since_seq)::float8 from live_leaf l
      where l.channel_id = c.channel_id and l.user_id = ${userId}) as "joinedSeq",
    exists (select from live_leaf l where l.channel_id = c.channel_id and l.user_id = ${userId}) as live,
    exists (select from channel_leaf l where l.channel_id = c.channel_id and l.user_id = ${userId}) as leaf,
    exists (select from channel_waiting w
      where w.channel_id = c.channel_id and w.user_id = ${userId} and w.kind = 'add') as joining`
}

export function summaryOf(row: SummaryRow, { userId }: Viewer): ChannelSummary {
  const { name, topic, head, participants, joinedSeq, live, leaf, joining, ...facts } = row
  return {
    ...facts,
    head: plainBytes(head),
    place: placeOf({ live, leaf, joining }),
    ...(joinedSeq === null ? {} : { joinedSeq }),
    ...(name === null ? {} : { name }),
    ...(topic === null ? {} : { topic }),
    ...(participants === null ? {} : { participants: participants.filter((other) => other !== userId) }),
  }
}

/** Throws 'not-found'. */
export async function readSummary(sql: Query, channelId: ChannelId, viewer: Viewer): Promise<ChannelSummary> {
  const [row] = await sql<SummaryRow[]>`
    select ${summaryColumns(sql, viewer)} from channel c where c.channel_id = ${channelId}`
  if (!row) throw new ProtocolError('not-found')
  return summaryOf(row, viewer)
}
