/**
 * The roster: which devices have leaves, as the commits that the log accepted say (SPEC.md, CH-*). The one place that
 * writes channel_leaf. Callers hold the channel's row lock.
 */
import type { Leaf } from '@reforms/crypto/public'
import type { ChannelId, DeviceId, Seq, UserId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import { toHex } from '../stored-bytes.ts'
import { refuseCommit } from './group-state.ts'

async function insertLeaf(transaction: TransactionSql, channelId: ChannelId, leaf: Leaf, seq: Seq) {
  await transaction`
    insert into channel_leaf (channel_id, device_id, user_id, leaf_index, identity_key, signature_key, since_seq)
    values (${channelId}, ${leaf.deviceId}, ${leaf.userId}, ${leaf.leafIndex}, ${leaf.identityKey},
      ${leaf.signatureKey}, ${seq})`
  // Whoever reads on without them is shown whose messages these are (GUEST-2).
  await transaction`
    insert into channel_met (channel_id, user_id) values (${channelId}, ${leaf.userId}) on conflict do nothing`
}

export interface RosterChange {
  readonly added: readonly Leaf[]
  readonly removed: readonly Leaf[]
  readonly seq: Seq
}

/** Under the rule `invited`: the commit that began the first epoch after the notice, for each device that has one (EPO-12). */
async function readInvited(
  transaction: TransactionSql,
  channelId: ChannelId,
  deviceIds: readonly DeviceId[],
): Promise<Map<DeviceId, Seq>> {
  const rows = await transaction<{ deviceId: DeviceId; since: Seq }[]>`
    select device_id as "deviceId", (select min(entry.seq)::float8 from log_entry entry
      where entry.channel_id = ${channelId} and entry.kind = 'commit' and entry.seq > waiting.invited_seq) as since
    from channel_waiting waiting join channel using (channel_id)
    where channel_id = ${channelId} and waiting.kind = 'add' and history = 'invited'
      and invited_seq is not null and device_id = any(${[...deviceIds]}::uuid[])`
  return new Map(rows.map(({ deviceId, since }) => [deviceId, since]))
}

/** Takes out and brings in, and whoever waited for it waits no longer. */
export async function changeRoster(
  transaction: TransactionSql,
  channelId: ChannelId,
  { added, removed, seq }: RosterChange,
): Promise<void> {
  const [goneIds, addedIds] = [removed, added].map((leaves) => leaves.map(({ deviceId }) => deviceId))
  const gone = await transaction<{ deviceId: DeviceId; since: Seq }[]>`
    delete from channel_leaf where channel_id = ${channelId} and device_id = any(${goneIds!}::uuid[])
    returning device_id as "deviceId", since_seq::float8 as since`
  // A device that comes in again, since it lost its state or never got its Welcome, was in all the while.
  const since = new Map(gone.map((leaf) => [leaf.deviceId, leaf.since]))
  const invited = await readInvited(transaction, channelId, addedIds!)
  for (const leaf of added) {
    const began = since.get(leaf.deviceId) ?? invited.get(leaf.deviceId) ?? seq
    await insertLeaf(transaction, channelId, leaf, began)
  }
  await transaction`
    delete from channel_waiting where channel_id = ${channelId} and (
      (kind = 'remove' and device_id = any(${goneIds!}::uuid[]))
      or (kind = 'add' and device_id = any(${addedIds!}::uuid[])))`
}

/** A new generation begins with its founder alone. Answers who was in before and was not to be removed. */
export async function replaceRoster(
  transaction: TransactionSql,
  channelId: ChannelId,
  founder: Leaf,
  seq: Seq,
): Promise<UserId[]> {
  const rows = await transaction<{ userId: UserId }[]>`
    select distinct user_id as "userId" from live_leaf where channel_id = ${channelId}`
  await transaction`delete from channel_leaf where channel_id = ${channelId}`
  await transaction`delete from channel_waiting where channel_id = ${channelId} and kind = 'remove'`
  await transaction`
    delete from channel_waiting where channel_id = ${channelId} and device_id = ${founder.deviceId}`
  await insertLeaf(transaction, channelId, founder, seq)
  return rows.map(({ userId }) => userId)
}

interface ListedRow {
  readonly deviceId: DeviceId
  readonly userId: UserId
  readonly signatureKey: Buffer
  readonly identityKey: Buffer
}

/**
 * Every leaf that comes in stands for a listed device of an active user, with exactly its keys; a device that was cut
 * never comes back. Throws 'commit-refused'.
 */
export async function demandListed(transaction: TransactionSql, leaves: readonly Leaf[]): Promise<void> {
  const rows = await transaction<ListedRow[]>`
    select device_id as "deviceId", user_id as "userId", signature_key as "signatureKey",
      identity_key as "identityKey"
    from device join user_account using (user_id)
    where device_id = any(${leaves.map(({ deviceId }) => deviceId)}::uuid[]) and cut_at is null and active
    for share`
  const listed = new Map(rows.map((row) => [row.deviceId, row]))
  for (const leaf of leaves) {
    const row = listed.get(leaf.deviceId)
    const fits =
      row?.userId === leaf.userId &&
      toHex(row.signatureKey) === toHex(leaf.signatureKey) &&
      toHex(row.identityKey) === toHex(leaf.identityKey)
    if (!fits) throw refuseCommit('unlisted-device')
  }
}
