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

/** Throws 'stale-epoch'. */
export function demandEpoch(channel: LockedChannel, { generation, epoch }: Present): void {
  if (channel.generation !== generation || channel.epoch !== epoch) throw staleEpoch(channel)
}

interface Gate {
  readonly live: boolean
  readonly removal: boolean
}

/** Throws 'forbidden' for a device without a leaf that stays, 'removal-pending' while anybody's leaf waits to go. */
export async function demandOpenGate(
  transaction: TransactionSql,
  channelId: ChannelId,
  deviceId: DeviceId,
): Promise<void> {
  const [gate] = await transaction<Gate[]>`
    select
      exists (select from live_leaf where channel_id = ${channelId} and device_id = ${deviceId}) as live,
      exists (select from channel_waiting join channel_leaf using (channel_id, device_id)
        where channel_id = ${channelId} and kind = 'remove') as removal`
  if (!gate?.live) throw new ProtocolError('forbidden', { reason: 'device-not-in' })
  if (gate.removal) throw new ProtocolError('removal-pending')
}
