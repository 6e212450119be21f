/**
 * Who waits to be added (SPEC.md, CH-*): devices, since each needs a leaf of its own. The server only remembers them;
 * whether they may enter is for the members' commit to show. Callers hold the channel's row lock.
 */
import type { ChannelId, DeviceId, Milliseconds, Seq, UserId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import { lockChannels } from './locked-channel.ts'

export interface Admitted {
  readonly userId: UserId
  readonly admission?: Uint8Array | undefined
  readonly admissionExpiresAt?: Milliseconds | undefined
  /** The notice that says so, where there is one. */
  readonly invitedSeq?: Seq | undefined
}

/** All listed devices of an active user that have no leaf; answers how many wait now. Whoever waits asks no more (LINK-4). */
export async function waitToBeAdded(
  transaction: TransactionSql,
  channelId: ChannelId,
  { userId, admission, admissionExpiresAt, invitedSeq }: Admitted,
): Promise<number> {
  const [request] = await transaction<{ askedSeq: Seq | null }[]>`
    delete from channel_request where channel_id = ${channelId} and user_id = ${userId}
    returning asked_seq::float8 as "askedSeq"`
  const since = request?.askedSeq ?? invitedSeq ?? null
  const rows = await transaction`
    insert into channel_waiting (channel_id, device_id, user_id, kind, admission, admission_expires_at, invited_seq)
    select ${channelId}::uuid, device.device_id, device.user_id, 'add', ${admission ?? null}::bytea,
      ${admissionExpiresAt ?? null}::bigint, ${since}::bigint
    from device join user_account using (user_id)
    where user_id = ${userId} and cut_at is null and active and not exists (
      select from live_leaf where channel_id = ${channelId} and live_leaf.device_id = device.device_id)
    for share of device
    on conflict (channel_id, device_id, kind) do update set
      admission = coalesce(excluded.admission, channel_waiting.admission),
      admission_expires_at = coalesce(excluded.admission_expires_at, channel_waiting.admission_expires_at),
      invited_seq = coalesce(channel_waiting.invited_seq, excluded.invited_seq)
    returning device_id`
  return rows.length
}

/** Where a user is in or waits to be: new devices wait there too. Leaving is for the whole user. */
async function channelsOfUser(transaction: TransactionSql, userId: UserId): Promise<ChannelId[]> {
  const rows = await transaction<{ channelId: ChannelId }[]>`
    select channel_id as "channelId" from live_leaf where user_id = ${userId}
    union select channel_id from channel_waiting where user_id = ${userId} and kind = 'add'`
  return rows.map(({ channelId }) => channelId)
}

/** New devices of a user wait in every channel of theirs. Answers these channels; locks them. */
export async function waitEverywhere(
  transaction: TransactionSql,
  userId: UserId,
  deviceIds: readonly DeviceId[],
): Promise<ChannelId[]> {
  if (deviceIds.length === 0) return []
  await lockChannels(transaction, await channelsOfUser(transaction, userId))
  const channelIds = await channelsOfUser(transaction, userId)
  await transaction`
    insert into channel_waiting (channel_id, device_id, user_id, kind, admission, admission_expires_at)
    select joined.channel_id, fresh.device_id, ${userId}::uuid, 'add', earlier.admission,
      earlier.admission_expires_at
    from unnest(${channelIds}::uuid[]) joined (channel_id)
    cross join unnest(${[...deviceIds]}::uuid[]) fresh (device_id)
    left join lateral (
      select admission, admission_expires_at from channel_waiting
      where channel_id = joined.channel_id and user_id = ${userId} and kind = 'add' and admission is not null
      order by admission_expires_at desc limit 1
    ) earlier on true
    on conflict do nothing`
  return channelIds
}
