/** What every sender has to meet before anything is appended (SPEC.md, LOG-*). Callers hold the channel's row lock. */
import { ProtocolError, type DeviceId, type Epoch, type Generation } from '@reforms/protocol'
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
  /** Devices of those whom the policy names, save guests (GUEST-1): asked for where only they write. */
  readonly moderating: ReadonlySet<DeviceId>
}

export async function readGates(
  transaction: TransactionSql,
  { channelId, moderators, writers }: LockedChannel,
  deviceIds: readonly DeviceId[],
): Promise<Gates> {
  const [leaves, removals] = await Promise.all([
    transaction<{ deviceId: DeviceId; key: string; guest: boolean }[]>`
      select device_id as "deviceId", encode(leaf.identity_key, 'hex') as key, role = 'guest' as guest
      from live_leaf leaf join user_account using (user_id)
      where channel_id = ${channelId} and device_id = any(${[...deviceIds]}::uuid[])`,
    transaction`
      select from channel_waiting join channel_leaf using (channel_id, device_id)
      where channel_id = ${channelId} and kind = 'remove' limit 1`,
  ])
  const named =
    writers === 'moderators' ? leaves.filter(({ key, guest }) => !guest && moderators.includes(key)) : []
  return {
    live: new Set(leaves.map(({ deviceId }) => deviceId)),
    removalPending: removals.length > 0,
    moderating: new Set(named.map(({ deviceId }) => deviceId)),
  }
}

/** Throws 'forbidden' where only moderators write, for what speaks of no other entry (CH-12). What it says of one is for readers to judge. */
export function demandWriter(
  { writers }: LockedChannel,
  { moderating }: Gates,
  deviceId: DeviceId,
  relatesTo: number | undefined,
): void {
  if (writers === 'members' || relatesTo !== undefined || moderating.has(deviceId)) return
  throw new ProtocolError('forbidden', { reason: 'writers' })
}

/** Throws 'forbidden' for a device without a leaf that stays, 'removal-pending' while anybody's leaf waits to go (LOG-12). */
export function demandOpenGate({ live, removalPending }: Gates, deviceId: DeviceId): void {
  if (!live.has(deviceId)) throw new ProtocolError('forbidden', { reason: 'device-not-in' })
  if (removalPending) throw new ProtocolError('removal-pending')
}
