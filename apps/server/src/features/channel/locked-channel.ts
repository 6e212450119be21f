/** A channel under its row lock: whoever writes to a channel, its roster or its log holds it (SPEC.md, LOG-*). */
import {
  ProtocolError,
  type ChannelId,
  type ChannelKind,
  type ClientId,
  type DeviceId,
  type Epoch,
  type Generation,
  type HistoryRule,
  type Milliseconds,
  type Seq,
} from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import { plainBytes } from '../stored-bytes.ts'

export interface LockedChannel {
  readonly channelId: ChannelId
  readonly kind: ChannelKind
  readonly archived: boolean
  readonly generation: Generation
  readonly epoch: Epoch
  readonly seq: Seq
  readonly head: Uint8Array
  readonly moderators: readonly string[]
  readonly admitters: 'members' | 'moderators'
  /** Null where no commit has told since the server knows of it. */
  readonly history: HistoryRule | null
  readonly retentionDays: number
  readonly writers: 'members' | 'moderators'
  readonly turnId: ClientId | null
  readonly turnDevice: DeviceId | null
  readonly turnUntil: Milliseconds
  readonly turnRestUntil: Milliseconds
}

/** Throws 'not-found'. */
export async function lockChannel(transaction: TransactionSql, channelId: ChannelId): Promise<LockedChannel> {
  const [row] = await transaction<(Omit<LockedChannel, 'head'> & { head: Buffer })[]>`
    select channel_id as "channelId", kind, archived, generation::float8 as generation, epoch::float8 as epoch,
      seq::float8 as seq, head, moderators, admitters, history,
      retention_days as "retentionDays", writers, turn_id as "turnId", turn_device as "turnDevice",
      turn_until::float8 as "turnUntil", turn_rest_until::float8 as "turnRestUntil"
    from channel where channel_id = ${channelId} for update`
  if (!row) throw new ProtocolError('not-found')
  return { ...row, head: plainBytes(row.head) }
}

/** Several at once, always in the same order, so that two who do so never wait for each other. */
export async function lockChannels(
  transaction: TransactionSql,
  channelIds: readonly ChannelId[],
): Promise<void> {
  await transaction`
    select from channel where channel_id = any(${[...channelIds]}::uuid[]) order by channel_id for update`
}

/** Throws 'channel-archived'. */
export function demandUnarchived({ archived }: LockedChannel): void {
  if (archived) throw new ProtocolError('channel-archived')
}
