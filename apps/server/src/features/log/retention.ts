/**
 * What a channel's policy says of old messages: their payloads and the channel's files are erased once their days are over. Their
 * places stay (SPEC.md, LOG-9, LOG-19). The program does it every hour.
 */
import type { BlobId, ChannelId, Seq } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Services } from '../../ports/call.ts'
import { eraseOlder, removeErased } from '../blob/erasure.ts'
import { inTransaction } from '../transaction.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** So many at once, so that nobody who writes there waits for long. */
const ENTRIES_AT_ONCE = 5000

interface Expiring {
  readonly channelId: ChannelId
  readonly retentionDays: number
}

/** Returns how many payloads were erased. */
export async function eraseExpired(services: Services): Promise<number> {
  const channels = await services.sql<Expiring[]>`
    select channel_id as "channelId", retention_days as "retentionDays" from channel where retention_days > 0`
  let erased = 0
  for (const channel of channels) {
    // One channel's trouble is not the others'.
    erased += await eraseIn(services, channel).catch((err: unknown) => {
      services.log.warn({ err, channelId: channel.channelId }, 'old messages could not be erased')
      return 0
    })
  }
  return erased
}

async function eraseIn(services: Services, { channelId, retentionDays }: Expiring): Promise<number> {
  const before = services.clock() - retentionDays * DAY_MS
  let erased = 0
  for (;;) {
    const step = await inTransaction(services.sql, (transaction) => eraseSome(transaction, channelId, before))
    await removeErased(services, step.blobIds)
    erased += step.erased
    if (step.looked < ENTRIES_AT_ONCE) return erased
  }
}

interface Step {
  readonly looked: number
  readonly erased: number
  readonly blobIds: BlobId[]
}

/** Upwards from where it was left: the log is dated upwards, as its entries came. */
async function eraseSome(transaction: TransactionSql, channelId: ChannelId, before: number): Promise<Step> {
  // In the order of everybody else's locks: the channel first.
  await transaction`select from channel where channel_id = ${channelId} for update`
  const rows = await transaction<{ seq: Seq }[]>`
    select entry.seq::float8 as seq from log_entry entry join channel using (channel_id)
    where channel_id = ${channelId} and entry.seq > channel.erased_seq and entry.at < ${before}
    order by entry.seq limit ${ENTRIES_AT_ONCE}`
  const last = rows.at(-1)
  const blobIds = await eraseOlder(transaction, channelId, before)
  if (!last) return { looked: 0, erased: 0, blobIds }
  const { count } = await transaction`
    update log_entry set payload = null
    where channel_id = ${channelId} and seq between ${rows[0]!.seq} and ${last.seq} and at < ${before}
      and kind = 'message' and payload is not null`
  await transaction`update channel set erased_seq = ${last.seq} where channel_id = ${channelId}`
  return { looked: rows.length, erased: count, blobIds }
}
