/**
 * Turns to commit (SPEC.md, TURN-*): one device at a time, kept in the channel's row so that it holds for all server
 * processes. A turn tells who waits; what the device then commits is checked by the log.
 *
 * 1. A turn ends with its commit, by being given back, by its holder's removal, or when its time is up and another
 *    device asks.
 * 2. After a turn the channel rests, unless a removal waits.
 * 3. Whoever lets turns pass unused gets the next ones less and less often (TURN-8): nobody keeps a channel from others.
 */
import {
  ProtocolError,
  uuidV7,
  type ChannelId,
  type ClientId,
  type DeviceId,
  type Output,
  type UserId,
} from '@reforms/protocol'
import { limits } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers, Services } from '../../ports/call.ts'
import { limitOf } from '../../ports/limits.ts'
import { noteUse, waitForAllowance, type Allowance } from '../allowance.ts'
import { deviceCallerOf, type DeviceCaller } from '../caller.ts'
import { readDocuments } from '../directory/documents.ts'
import { claimKeyPackages, dropClaimed } from '../directory/key-package.ts'
import { plainBytes } from '../stored-bytes.ts'
import { inTransaction } from '../transaction.ts'
import { demandUnarchived, lockChannel, type LockedChannel } from './locked-channel.ts'

type Turn = Output<'turn.take'>
interface Place {
  readonly userId: UserId
  readonly deviceId: DeviceId
}
interface WaitingRow extends Place {
  readonly admission: Buffer | null
}

/** What a turn costs that ran out, that was given back while somebody waited, and that was given back otherwise. */
const RAN_OUT = 3
const GIVEN_BACK = 1
const GIVEN_BACK_IDLE = 0.25
const UNUSED_MOST = 6
const UNUSED_REFILL_MS = 6 * 60_000

function unusedTurns(channelId: ChannelId, userId: UserId): Allowance {
  return { key: `turn/${channelId}/${userId}`, most: UNUSED_MOST, refillMs: UNUSED_REFILL_MS }
}

/** Only a device that is in, and is not to be removed, can commit for the others. Throws 'forbidden'. */
export async function demandLiveLeaf(
  transaction: TransactionSql,
  channelId: ChannelId,
  deviceId: DeviceId,
): Promise<void> {
  const rows = await transaction`
    select from live_leaf where channel_id = ${channelId} and device_id = ${deviceId}`
  if (rows.length === 0) throw new ProtocolError('forbidden', { reason: 'device-not-in' })
}

async function readRemovals(transaction: TransactionSql, channelId: ChannelId): Promise<Place[]> {
  const rows = await transaction<Place[]>`
    select user_id as "userId", device_id as "deviceId" from channel_waiting
    join channel_leaf using (channel_id, device_id, user_id)
    where channel_id = ${channelId} and kind = 'remove' order by since, device_id`
  return [...rows]
}

/** Forgets those who cannot come in any more: their device was cut, their account is inactive, their admission is old. */
async function dropStale(transaction: TransactionSql, channelId: ChannelId, now: number): Promise<void> {
  await transaction`
    delete from channel_waiting waiting
    where channel_id = ${channelId} and kind = 'add' and (
      admission_expires_at <= ${now} or not exists (
        select from device join user_account using (user_id)
        where device.device_id = waiting.device_id and cut_at is null and active))`
}

/** Those first who have waited longest, and only those with a key package that can be used. */
async function readAdds(
  transaction: TransactionSql,
  channelId: ChannelId,
  now: number,
): Promise<WaitingRow[]> {
  const rows = await transaction<WaitingRow[]>`
    select user_id as "userId", device_id as "deviceId", admission from channel_waiting waiting
    where channel_id = ${channelId} and kind = 'add'
      and not exists (select from channel_leaf leaf
        where leaf.channel_id = waiting.channel_id and leaf.device_id = waiting.device_id)
      and exists (select from key_package
        where key_package.device_id = waiting.device_id and expires_at > ${now})
    order by since, device_id limit ${limits.TURN_ADDS_MAX}`
  return [...rows]
}

async function withKeyPackages(
  transaction: TransactionSql,
  services: Services,
  waiting: readonly WaitingRow[],
  turn: { readonly channelId: ChannelId; readonly claimant: UserId },
): Promise<Turn['adds']> {
  const deviceIds = waiting.map(({ deviceId }) => deviceId)
  const [claimed, documents] = [
    await claimKeyPackages(transaction, services, deviceIds, turn),
    await readDocuments(transaction, [...new Set(waiting.map(({ userId }) => userId))]),
  ]
  const packages = new Map(claimed.map((entry) => [entry.deviceId, entry.keyPackage]))
  const documentsOf = new Map(documents.map((entry) => [entry.userId, entry]))
  return waiting.flatMap(({ userId, deviceId, admission }) => {
    const [keyPackage, signed] = [packages.get(deviceId), documentsOf.get(userId)]
    if (!keyPackage || !signed) return []
    const { account, devices } = signed
    const add = { userId, deviceId, keyPackage, account, devices }
    return [admission ? { ...add, admission: plainBytes(admission) } : add]
  })
}

/** How long the device has to wait; 0: it is its turn. */
function waitMs(
  services: Services,
  channel: LockedChannel,
  deviceId: DeviceId,
  removals: number,
  now: number,
): number {
  if (isHeld(services, channel, now)) return channel.turnDevice === deviceId ? 0 : channel.turnUntil - now
  return removals > 0 ? 0 : remaining(channel.turnRestUntil, limitOf(services, 'turnRestMs'), now)
}

/** Until then; 0 where that is further than it was ever set ahead: then the clock was set back, and nobody waits for it. */
function remaining(until: number, setAheadMs: number, now: number): number {
  const left = until - now
  return left > setAheadMs ? 0 : Math.max(0, left)
}

/** Whether some device holds the turn, and its time is not up. */
export function isHeld(
  services: Services,
  { turnId, turnUntil }: Pick<LockedChannel, 'turnId' | 'turnUntil'>,
  now: number,
): boolean {
  return turnId !== null && remaining(turnUntil, limitOf(services, 'turnMs'), now) > 0
}

/** A turn whose time is up is over, and is its holder's unused one, whoever notices. */
async function endLapsed(
  transaction: TransactionSql,
  services: Services,
  channel: LockedChannel,
): Promise<LockedChannel> {
  const { channelId, turnId, turnDevice } = channel
  if (turnId === null || isHeld(services, channel, services.clock())) return channel
  const [holder] = await transaction<{ userId: UserId }[]>`
    select user_id as "userId" from device where device_id = ${turnDevice}`
  if (holder) await noteUse(transaction, services, unusedTurns(channelId, holder.userId), RAN_OUT)
  await transaction`
    update channel set turn_id = null, turn_device = null, turn_until = 0 where channel_id = ${channelId}`
  return { ...channel, turnId: null, turnDevice: null, turnUntil: 0 }
}

async function grant(
  transaction: TransactionSql,
  services: Services,
  channel: LockedChannel,
  deviceId: DeviceId,
): Promise<ClientId> {
  const { channelId, turnId: held, turnDevice, turnUntil } = channel
  const now = services.clock()
  const again = held !== null && turnDevice === deviceId && isHeld(services, channel, now)
  const turnId = again ? held : (uuidV7(now, services.random(10)) as ClientId)
  // Asking again gives the same turn, not more time.
  const until = again ? turnUntil : now + limitOf(services, 'turnMs')
  await transaction`
    update channel set turn_id = ${turnId}, turn_device = ${deviceId}, turn_until = ${until},
      turn_rest_until = ${now + limitOf(services, 'turnRestMs')}
    where channel_id = ${channelId}`
  return turnId
}

async function takeTurn(
  transaction: TransactionSql,
  services: Services,
  channelId: ChannelId,
  caller: DeviceCaller,
): Promise<Turn> {
  const now = services.clock()
  const locked = await lockChannel(transaction, channelId)
  demandUnarchived(locked)
  await demandLiveLeaf(transaction, channelId, caller.deviceId)
  const channel = await endLapsed(transaction, services, locked)
  const removes = await readRemovals(transaction, channelId)
  const { generation, epoch } = channel
  const unused = unusedTurns(channelId, caller.userId)
  const held = channel.turnDevice === caller.deviceId
  const retryAfterMs = Math.max(
    waitMs(services, channel, caller.deviceId, removes.length, now),
    held ? 0 : await waitForAllowance(transaction, services, unused, RAN_OUT),
  )
  if (retryAfterMs > 0) return { granted: false, retryAfterMs, generation, epoch, adds: [], removes: [] }
  const turnId = await grant(transaction, services, channel, caller.deviceId)
  await dropStale(transaction, channelId, now)
  const waiting = await readAdds(transaction, channelId, now)
  const turn = { channelId, claimant: caller.userId }
  const adds = await withKeyPackages(transaction, services, waiting, turn)
  return { granted: true, retryAfterMs: 0, turnId, generation, epoch, adds, removes }
}

export const take: Handlers['turn.take'] = ({ channelId }, call) => {
  const caller = deviceCallerOf(call)
  return inTransaction(call.services.sql, (transaction) =>
    takeTurn(transaction, call.services, channelId, caller),
  )
}

/** Ends whatever turn there is; the channel rests. */
export async function endTurn(
  transaction: TransactionSql,
  services: Services,
  channelId: ChannelId,
): Promise<void> {
  const rest = services.clock() + limitOf(services, 'turnRestMs')
  await transaction`
    update channel set turn_id = null, turn_device = null, turn_until = 0, turn_rest_until = ${rest}
    where channel_id = ${channelId}`
}

export const release: Handlers['turn.release'] = async ({ channelId, turnId, unusable }, call) => {
  const { deviceId, userId } = deviceCallerOf(call)
  await inTransaction(call.services.sql, async (transaction) => {
    const channel = await lockChannel(transaction, channelId)
    // A turn that has ended already is no fault: its time may have been up.
    if (channel.turnId !== turnId || channel.turnDevice !== deviceId) return
    await dropClaimed(transaction, unusable, channelId, 'unusable')
    const waits = await transaction`select from channel_waiting where channel_id = ${channelId} limit 1`
    const cost = waits.length > 0 ? GIVEN_BACK : GIVEN_BACK_IDLE
    await noteUse(transaction, call.services, unusedTurns(channelId, userId), cost)
    await endTurn(transaction, call.services, channelId)
  })
  return {}
}
