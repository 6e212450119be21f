/**
 * Devices: listed by their user's signed device list, cut off for good (SPEC.md, DIR-*). A device id or device key that
 * was ever used belongs to that device forever.
 */
import type { ListedDevice } from '@reforms/crypto/public'
import { ProtocolError, type ChannelId, type DeviceId, type SessionId, type UserId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers, Services } from '../../ports/call.ts'
import { deviceCallerOf } from '../caller.ts'
import { cutDevice } from '../channel/removal.ts'
import { announceRemoval } from '../channel/announcement.ts'
import { dropMailbox, openMailbox } from '../mailbox/mailbox.ts'
import { endSessions } from '../policy/session-end.ts'
import { inTransaction } from '../transaction.ts'

/** Throws 'forbidden' for a device that was cut, or a device or key that is somebody's already. */
export async function insertDevice(
  transaction: TransactionSql,
  userId: UserId,
  device: ListedDevice,
  sealedKeys: Uint8Array,
): Promise<void> {
  const inserted = await transaction`
    insert into device (device_id, user_id, signature_key, sealing_key, name, added_at, sealed_keys)
    values (${device.deviceId}, ${userId}, ${device.signatureKey}, ${device.sealingKey}, ${device.name},
      ${device.addedAt}, ${sealedKeys})
    on conflict do nothing returning device_id`
  if (inserted.length === 0) throw new ProtocolError('forbidden', { reason: 'device-known' })
  await openMailbox(transaction, device.deviceId)
}

export interface Cut {
  readonly sessionIds: SessionId[]
  readonly channelIds: ChannelId[]
}

/** Ends the sessions of one device, drops what waits for it, and lets its leaves wait to be removed. */
export async function cutOff(
  transaction: TransactionSql,
  { clock }: Services,
  deviceId: DeviceId,
): Promise<Cut> {
  await transaction`
    update device set cut_at = ${clock()}, sealed_keys = null where device_id = ${deviceId} and cut_at is null`
  const sessionIds = await endSessions(transaction, { deviceId })
  await transaction`delete from key_package where device_id = ${deviceId}`
  await dropMailbox(transaction, deviceId)
  return { sessionIds, channelIds: await cutDevice(transaction, deviceId) }
}

/** After the commit: sockets end, members hear that a removal waits. */
export function announceCut({ bus }: Services, userId: UserId, cuts: readonly Cut[]): void {
  bus.endSessions(
    cuts.flatMap(({ sessionIds }) => sessionIds),
    'removed',
  )
  const channelIds = [...new Set(cuts.flatMap((cut) => cut.channelIds))]
  announceRemoval(bus, channelIds, [userId])
}

const cut: Handlers['device.cut'] = async ({ deviceId }, call) => {
  const { services } = call
  const { userId } = deviceCallerOf(call)
  const done = await inTransaction(services.sql, async (transaction) => {
    await transaction`select from identity_document where user_id = ${userId} for update`
    const [device] = await transaction<{ cut: boolean }[]>`
      select cut_at is not null as cut from device
      where device_id = ${deviceId} and user_id = ${userId} for update`
    if (!device) throw new ProtocolError('not-found')
    if (device.cut) return undefined
    await transaction`update identity_document set rekey_wanted = true where user_id = ${userId}`
    const action = 'device.cut'
    await services.audit(transaction, { action, actor: userId, subject: userId, detail: { deviceId } })
    return cutOff(transaction, services, deviceId)
  })
  if (done) announceCut(services, userId, [done])
  services.bus.toEveryone({ type: 'directory', userId })
  return {}
}

export const deviceHandlers = { 'device.cut': cut } satisfies Partial<Handlers>
