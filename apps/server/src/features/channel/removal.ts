/**
 * Who waits to be removed (SPEC.md, CH-*). From here on the server delivers nothing to them and takes nothing from them;
 * the members' next commit takes their leaves out. Directory and policy call cutDevice, cutUser,
 * endDirectChannels and endRequests.
 */
import type { ChannelId, DeviceId, UserId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import { lockChannels } from './locked-channel.ts'

/** A public channel in which nobody is left, and which nobody is about to enter, is archived. */
async function archiveAbandoned(
  transaction: TransactionSql,
  channelIds: readonly ChannelId[],
): Promise<void> {
  await transaction`
    update channel set archived = true
    where channel_id = any(${[...channelIds]}::uuid[]) and kind = 'public' and not archived
      and not exists (select from live_leaf where live_leaf.channel_id = channel.channel_id)
      and not exists (select from channel_waiting waiting
        where waiting.channel_id = channel.channel_id and waiting.kind = 'add')`
}

/** Whoever is removed as a person ends a direct channel: the next one between the same people begins anew. */
async function endDirect(transaction: TransactionSql, channelIds: readonly ChannelId[]): Promise<void> {
  await transaction`
    update channel set direct_key = null
    where channel_id = any(${[...channelIds]}::uuid[]) and direct_key is not null`
}

async function endTurns(transaction: TransactionSql, deviceIds: readonly DeviceId[]): Promise<void> {
  await transaction`
    update channel set turn_id = null, turn_device = null, turn_until = 0, turn_rest_until = 0
    where turn_device = any(${[...deviceIds]}::uuid[])`
}

/** The devices stop waiting to be added, and their leaves wait to be removed. The channels are locked. */
async function removeDevices(
  transaction: TransactionSql,
  channelIds: readonly ChannelId[],
  deviceIds: readonly DeviceId[],
): Promise<void> {
  const [channels, devices] = [[...channelIds], [...deviceIds]]
  await transaction`
    delete from channel_waiting
    where channel_id = any(${channels}::uuid[]) and device_id = any(${devices}::uuid[]) and kind = 'add'`
  await transaction`
    insert into channel_waiting (channel_id, device_id, user_id, kind)
    select channel_id, device_id, user_id, 'remove' from channel_leaf
    where channel_id = any(${channels}::uuid[]) and device_id = any(${devices}::uuid[])
    on conflict do nothing`
  await endTurns(transaction, devices)
  await archiveAbandoned(transaction, channels)
}

async function channelsOfDevices(
  transaction: TransactionSql,
  deviceIds: readonly DeviceId[],
): Promise<ChannelId[]> {
  const devices = [...deviceIds]
  const rows = await transaction<{ channelId: ChannelId }[]>`
    select channel_id as "channelId" from channel_leaf where device_id = any(${devices}::uuid[])
    union select channel_id from channel_waiting where device_id = any(${devices}::uuid[])`
  return rows.map(({ channelId }) => channelId)
}

/** Cuts one device out of all channels. Answers the channels to announce after the commit. */
export async function cutDevice(transaction: TransactionSql, deviceId: DeviceId): Promise<ChannelId[]> {
  await transaction`select from device where device_id = ${deviceId} for update`
  const channelIds = await channelsOfDevices(transaction, [deviceId])
  await lockChannels(transaction, channelIds)
  await removeDevices(transaction, channelIds, [deviceId])
  return channelIds
}

/** Every device of a user that has a leaf or waits here, those included that are cut already. */
async function devicesOfUser(transaction: TransactionSql, userId: UserId): Promise<DeviceId[]> {
  const rows = await transaction<{ deviceId: DeviceId }[]>`
    select device_id as "deviceId" from device where user_id = ${userId} order by device_id for update`
  return rows.map(({ deviceId }) => deviceId)
}

/** Cuts a user out of all channels. Answers the channels to announce after the commit. */
export async function cutUser(transaction: TransactionSql, userId: UserId): Promise<ChannelId[]> {
  const deviceIds = await devicesOfUser(transaction, userId)
  const channelIds = await channelsOfDevices(transaction, deviceIds)
  await lockChannels(transaction, channelIds)
  await removeDevices(transaction, channelIds, deviceIds)
  await endDirect(transaction, channelIds)
  return channelIds
}

/** A new identity under the same name is another person: it cannot enter the direct channels of the old one. */
export async function endDirectChannels(transaction: TransactionSql, userId: UserId): Promise<void> {
  await transaction`
    update channel set direct_key = null where direct_key is not null and ${userId} = any(participants)`
}

/** Nor can it be let in by what the old one has signed: it asks anew (LINK-3). */
export async function endRequests(transaction: TransactionSql, userId: UserId): Promise<void> {
  await transaction`delete from channel_request where user_id = ${userId}`
}

/** Takes a user out of one channel. False when they are neither in nor waiting. */
export async function removeUser(
  transaction: TransactionSql,
  channelId: ChannelId,
  userId: UserId,
): Promise<boolean> {
  await lockChannels(transaction, [channelId])
  const rows = await transaction<{ deviceId: DeviceId }[]>`
    select device_id as "deviceId" from channel_leaf where channel_id = ${channelId} and user_id = ${userId}
    union select device_id from channel_waiting where channel_id = ${channelId} and user_id = ${userId}`
  if (rows.length === 0) return false
  const deviceIds = rows.map(({ deviceId }) => deviceId)
  await removeDevices(transaction, [channelId], deviceIds)
  await endDirect(transaction, [channelId])
  return true
}
