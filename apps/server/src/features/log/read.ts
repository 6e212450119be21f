/** log.read and log.page: what follows, and what came before (SPEC.md, LOG-7, LOG-8). `can()` has let members in only (LOG-15). */
import { FIRST_HEAD } from '@reforms/crypto/public'
import { ProtocolError, type ChannelId, type Seq } from '@reforms/protocol'
import type { Handlers } from '../../ports/call.ts'
import { plainBytes, sameBytes } from '../stored-bytes.ts'
import type { Query } from '../transaction.ts'
import { ANSWER_MAX_BYTES, entryColumns, entryOf, type EntryRow } from './entry-row.ts'

/** Undefined where the log has no such entry. */
async function readHead(sql: Query, channelId: ChannelId, seq: Seq): Promise<Uint8Array | undefined> {
  if (seq === 0) return FIRST_HEAD
  const [row] = await sql<{ head: Buffer }[]>`
    select head from log_entry where channel_id = ${channelId} and seq = ${seq}`
  return row && plainBytes(row.head)
}

/** Throws 'log-diverged' when the caller has a history that is not this one (LOG-8). */
async function demandSameHistory(
  sql: Query,
  channelId: ChannelId,
  { after, head }: { readonly after: Seq; readonly head?: Uint8Array },
): Promise<void> {
  const own = await readHead(sql, channelId, after)
  if (!own || (head && !sameBytes(own, head))) throw new ProtocolError('log-diverged')
}

export const read: Handlers['log.read'] = async (input, { services: { sql } }) => {
  const { channelId, after, limit } = input
  const [end] = await sql<{ seq: number; head: Buffer }[]>`
    select seq::float8 as seq, head from channel where channel_id = ${channelId}`
  if (!end) throw new ProtocolError('not-found')
  await demandSameHistory(sql, channelId, input)
  const rows = await sql<EntryRow[]>`
    select ${entryColumns(sql)} from (
      select *, sum(coalesce(length(payload), 0)) over (order by seq) as size from log_entry
      where channel_id = ${channelId} and seq > ${after} and seq <= ${end.seq} order by seq limit ${limit}
    ) page where size <= ${ANSWER_MAX_BYTES} or seq = ${after + 1} order by seq`
  return { entries: rows.map(entryOf), seq: end.seq, head: plainBytes(end.head) }
}

export const page: Handlers['log.page'] = async ({ channelId, before, limit }, { services: { sql } }) => {
  const rows = await sql<EntryRow[]>`
    select ${entryColumns(sql)} from (
      select *, sum(coalesce(length(payload), 0)) over (order by seq desc) as size,
        row_number() over (order by seq desc) as place
      from log_entry where channel_id = ${channelId} and seq < ${before} order by seq desc limit ${limit}
    ) page where size <= ${ANSWER_MAX_BYTES} or place = 1 order by seq`
  const entries = rows.map(entryOf)
  const headBefore = await readHead(sql, channelId, (entries[0]?.seq ?? 1) - 1)
  return { entries, headBefore: headBefore ?? FIRST_HEAD }
}
