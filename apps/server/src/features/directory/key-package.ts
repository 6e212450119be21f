/**
 * Key packages (RFC 9420, section 10): what a device leaves so that others can add it while it is away. Each is used
 * once; the last-resort one again and again, when no other is left (SPEC.md, DIR-*).
 */
import { inspectKeyPackage, type InspectedKeyPackage } from '@reforms/crypto/public'
import { limits, ProtocolError, type ChannelId, type DeviceId, type UserId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers, Services } from '../../ports/call.ts'
import { limitOf } from '../../ports/limits.ts'
import { HOUR_MS, noteUse, waitForAllowance } from '../allowance.ts'
import { deviceCallerOf } from '../caller.ts'
import { refusedAs } from '../refusals.ts'
import { plainBytes, sameBytes } from '../stored-bytes.ts'
import { inTransaction, type Query } from '../transaction.ts'

/** Whose device a key package has to be for. */
export interface KeyPackageOwner {
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly identityKey: Uint8Array
  readonly signatureKey: Uint8Array
}

interface Offered {
  readonly keyPackages: readonly Uint8Array[]
  readonly lastResort?: Uint8Array | undefined
}

async function inspect(
  { clock }: Services,
  owner: KeyPackageOwner,
  payload: Uint8Array,
  kind: 'single' | 'last-resort',
): Promise<InspectedKeyPackage> {
  const inspected = await refusedAs('bad-signature', () => inspectKeyPackage(payload, clock()))
  const own =
    inspected.userId === owner.userId &&
    inspected.deviceId === owner.deviceId &&
    sameBytes(inspected.identityKey, owner.identityKey) &&
    sameBytes(inspected.signatureKey, owner.signatureKey)
  if (!own) throw new ProtocolError('bad-signature', { reason: 'wrong-subject' })
  if (inspected.lastResort !== (kind === 'last-resort')) {
    throw new ProtocolError('bad-signature', { reason: 'last-resort' })
  }
  return inspected
}

async function insert(
  transaction: TransactionSql,
  payload: Uint8Array,
  { ref, deviceId, lastResort, notAfter }: InspectedKeyPackage,
): Promise<void> {
  if (lastResort) await transaction`delete from key_package where device_id = ${deviceId} and last_resort`
  await transaction`
    insert into key_package (key_package_ref, device_id, payload, last_resort, expires_at)
    values (${ref}, ${deviceId}, ${payload}, ${lastResort}, ${notAfter}) on conflict do nothing`
}

/** How many are left to be handed out, the last resort not counted. */
async function countAvailable(sql: Query, deviceId: DeviceId, now: number): Promise<number> {
  const [row] = await sql<{ available: number }[]>`
    select count(*)::int as available from key_package
    where device_id = ${deviceId} and not last_resort and claimed_for is null and expires_at > ${now}`
  return row?.available ?? 0
}

/** Throws 'bad-signature' or 'too-many'. Answers how many are left now. */
export async function storeKeyPackages(
  transaction: TransactionSql,
  services: Services,
  owner: KeyPackageOwner,
  { keyPackages, lastResort }: Offered,
): Promise<number> {
  const now = services.clock()
  await transaction`delete from key_package where device_id = ${owner.deviceId} and expires_at <= ${now}`
  for (const payload of keyPackages) {
    await insert(transaction, payload, await inspect(services, owner, payload, 'single'))
  }
  if (lastResort) {
    await insert(transaction, lastResort, await inspect(services, owner, lastResort, 'last-resort'))
  }
  const available = await countAvailable(transaction, owner.deviceId, now)
  if (available > limits.KEY_PACKAGES_MAX) throw new ProtocolError('too-many')
  return available
}

interface OwnerRow {
  readonly identityKey: Buffer
  readonly signatureKey: Buffer
}

const publish: Handlers['keyPackage.publish'] = async (input, call) => {
  const { services } = call
  const { userId, deviceId } = deviceCallerOf(call)
  return inTransaction(services.sql, async (transaction) => {
    const [row] = await transaction<OwnerRow[]>`
      select identity_key as "identityKey", signature_key as "signatureKey"
      from device join user_account using (user_id)
      where device_id = ${deviceId} and user_id = ${userId} and cut_at is null for update of device`
    if (!row) throw new ProtocolError('forbidden', { reason: 'device-cut' })
    return { available: await storeKeyPackages(transaction, services, { userId, deviceId, ...row }, input) }
  })
}

const count: Handlers['keyPackage.count'] = async (_input, call) => {
  const { sql, clock } = call.services
  return { available: await countAvailable(sql, deviceCallerOf(call).deviceId, clock()) }
}

export interface ClaimedKeyPackage {
  readonly deviceId: DeviceId
  readonly keyPackage: Uint8Array
}

/** Counts a claim against its user; false when the hour's are used up. */
async function mayClaim(transaction: TransactionSql, services: Services, claimant: UserId): Promise<boolean> {
  const hour = Math.floor(services.clock() / HOUR_MS)
  await transaction`delete from key_package_claim where user_id = ${claimant} and hour < ${hour}`
  const [row] = await transaction<{ claims: number }[]>`
    insert into key_package_claim (user_id, hour, claims) values (${claimant}, ${hour}, 1)
    on conflict (user_id, hour) do update set claims = key_package_claim.claims + 1 returning claims`
  return (row?.claims ?? 0) <= limitOf(services, 'keyPackageClaimsPerHour')
}

/** Nobody alone uses up what others need of a device: false when the claimant gets its last resort. */
async function mayClaimOf(
  transaction: TransactionSql,
  services: Services,
  claimant: UserId,
  deviceId: DeviceId,
): Promise<boolean> {
  const most = limitOf(services, 'keyPackageClaimsOfDevicePerHour')
  const allowance = { key: `claim/${claimant}/${deviceId}`, most, refillMs: HOUR_MS }
  if ((await waitForAllowance(transaction, services, allowance, 1)) > 0) return false
  await noteUse(transaction, services, allowance, 1)
  return true
}

async function claimOne(
  transaction: TransactionSql,
  services: Services,
  { deviceId, channelId, claimant }: { deviceId: DeviceId; channelId: ChannelId; claimant: UserId },
): Promise<Uint8Array | undefined> {
  const now = services.clock()
  const [earlier] = await transaction<{ payload: Buffer }[]>`
    select payload from key_package
    where device_id = ${deviceId} and claimed_for = ${channelId} and not last_resort and expires_at > ${now} limit 1`
  if (earlier) return plainBytes(earlier.payload)
  const single =
    (await mayClaimOf(transaction, services, claimant, deviceId)) &&
    (await mayClaim(transaction, services, claimant))
  const [claimed] = await transaction<{ payload: Buffer }[]>`
    update key_package set claimed_for = ${channelId}
    where key_package_ref = (
      select key_package_ref from key_package
      where device_id = ${deviceId} and expires_at > ${now}
        and (last_resort or (${single} and claimed_for is null))
      order by last_resort, expires_at limit 1 for update skip locked
    ) returning payload`
  return claimed && plainBytes(claimed.payload)
}

/**
 * A key package for each of these devices that has one. What was handed out for a channel and not used is handed out for
 * it again, so that turns that come to nothing cost nothing.
 */
export async function claimKeyPackages(
  transaction: TransactionSql,
  services: Services,
  deviceIds: readonly DeviceId[],
  turn: { readonly channelId: ChannelId; readonly claimant: UserId },
): Promise<ClaimedKeyPackage[]> {
  const claimed: ClaimedKeyPackage[] = []
  for (const deviceId of [...deviceIds].sort()) {
    const keyPackage = await claimOne(transaction, services, { deviceId, ...turn })
    if (keyPackage) claimed.push({ deviceId, keyPackage })
  }
  return claimed
}

/** `used`: the last resort stays. `unusable`: it goes too. */
export async function dropClaimed(
  transaction: TransactionSql,
  deviceIds: readonly DeviceId[],
  channelId: ChannelId,
  why: 'used' | 'unusable',
): Promise<void> {
  await transaction`
    delete from key_package where device_id = any(${[...deviceIds]}::uuid[]) and claimed_for = ${channelId}
      and (not last_resort or ${why === 'unusable'})`
}

export const keyPackageHandlers = {
  'keyPackage.publish': publish,
  'keyPackage.count': count,
} satisfies Partial<Handlers>
