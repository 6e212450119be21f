/** What every sender has to meet before anything is appended (SPEC.md, LOG-*). Callers hold the channel's row lock. */
import { ProtocolError, type ChannelId, type DeviceId, type Epoch, type Generation } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { LockedChannel } from '../channel/locked-channel.ts'

interface Present {
  readonly generation: Generation
  readonly epoch: Epoch
}

/** 'stale-epoch' tells where the log is now: what is missing is fetched from there. */
export function staleEpoch({ generation, epoch, seq }: Pick<LockedChannel, 'generation' | 'epoch' | 'seq'>) {
  return new ProtocolError('stale-epoch', { generation, epoch, seq })
}

/** Throws 'stale-epoch' (LOG-10, LOG-11). */
export function demandEpoch(channel: LockedChannel, { generation, epoch }: Present): void {
  if (channel.generation !== generation || channel.epoch !== epoch) throw staleEpoch(channel)
}

/** Whose messages are taken now. */
export interface Gates {
  readonly live: ReadonlySet<DeviceId>
  readonly removalPending: boolean
}

export async function readGates(
  transaction: TransactionSql,
  channelId: ChannelId,
  deviceIds: readonly DeviceId[],
): Promise<Gates> {
  const [leaves, removals] = await Promise.all([
    transaction<{ deviceId: DeviceId }[]>`
      select device_id as "deviceId" from live_leaf
      where channel_id = ${channelId} and device_id = any(${[...deviceIds]}::uuid[])`,
    transaction`
      select from channel_waiting join channel_leaf using (channel_id, device_id)
      where channel_id = ${channelId} and kind = 'remove' limit 1`,
  ])
  return { live: new Set(leaves.map(({ deviceId }) => deviceId)), removalPending: removals.length > 0 }
}

/** Throws 'forbidden' for a device without a leaf that stays, 'removal-pending' while anybody's leaf waits to go (LOG-12). */
export function demandOpenGate({ live, removalPending }: Gates, deviceId: DeviceId): void {
  if (!live.has(deviceId)) throw new ProtocolError('forbidden', { reason: 'device-not-in' })
  if (removalPending) throw new ProtocolError('removal-pending')
}
