/**
 * One's own documents: reading them with the sealed keys, and publishing the next ones (SPEC.md, DIR-*). The signatures
 * prove the change, so an unbound session may publish: that is how a new device comes in.
 */
import type { ListedDevice } from '@reforms/crypto/public'
import { ProtocolError, type DeviceId, type Input, type UserId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Actor, Handlers, Services } from '../../ports/call.ts'
import { callerOf } from '../caller.ts'
import { announceWaiting } from '../channel/announcement.ts'
import { waitEverywhere } from '../channel/waiting.ts'
import { plainBytes, sameBytes } from '../stored-bytes.ts'
import { inTransaction } from '../transaction.ts'
import { announceCut, cutOff, insertDevice } from './device.ts'
import {
  lockDocuments,
  logDocuments,
  storeDocuments,
  verifyDocuments,
  type StoredDocuments,
  type VerifiedDocuments,
} from './documents.ts'

type Update = Input<'account.update'>

/** A new account key is the identity key's to name; numbers follow by one. Throws 'bad-signature' or 'stale-document'. */
function checkSuccession(stored: StoredDocuments, next: VerifiedDocuments, update: Update): void {
  if (!sameBytes(next.statement.identityKey, stored.identityKey)) {
    throw new ProtocolError('bad-signature', { reason: 'identity-key' })
  }
  const numbers = { account: stored.accountNumber, devices: stored.deviceListNumber }
  const accountNumber = update.account ? stored.accountNumber + 1 : stored.accountNumber
  if (next.statement.number !== accountNumber || next.list.number !== stored.deviceListNumber + 1) {
    throw new ProtocolError('stale-document', numbers)
  }
  if ((update.account === undefined) !== (update.sealedForRecovery === undefined)) {
    throw new ProtocolError('invalid-input', {
      path: '/sealedForRecovery',
      problem: 'comes with a new account key',
    })
  }
  if (stored.rekeyWanted && !update.account) {
    throw new ProtocolError(
      'forbidden',
      { reason: 'account-key' },
      'A device was removed: renew the account key first.',
    )
  }
}

interface DeviceRow {
  readonly deviceId: DeviceId
  readonly signatureKey: Buffer
  readonly sealingKey: Buffer
  readonly cut: boolean
}

interface DeviceChange {
  readonly added: ListedDevice[]
  readonly staying: ListedDevice[]
  readonly dropped: DeviceId[]
}

async function deviceChange(
  transaction: TransactionSql,
  userId: UserId,
  listed: readonly ListedDevice[],
): Promise<DeviceChange> {
  const rows = await transaction<DeviceRow[]>`
    select device_id as "deviceId", signature_key as "signatureKey", sealing_key as "sealingKey",
      cut_at is not null as cut
    from device where user_id = ${userId} order by device_id for update`
  const known = new Map(rows.map((row) => [row.deviceId, row]))
  for (const device of listed) {
    const row = known.get(device.deviceId)
    if (row?.cut) throw new ProtocolError('forbidden', { reason: 'device-cut' })
    const same =
      !row ||
      (sameBytes(row.signatureKey, device.signatureKey) && sameBytes(row.sealingKey, device.sealingKey))
    if (!same) throw new ProtocolError('forbidden', { reason: 'device-changed' })
  }
  const ids = new Set(listed.map(({ deviceId }) => deviceId))
  return {
    added: listed.filter(({ deviceId }) => !known.has(deviceId)),
    staying: listed.filter(({ deviceId }) => known.has(deviceId)),
    dropped: rows.filter((row) => !row.cut && !ids.has(row.deviceId)).map((row) => row.deviceId),
  }
}

/** Every device that needs the keys gets them. Throws 'invalid-input'. */
async function applyDevices(
  transaction: TransactionSql,
  userId: UserId,
  { added, staying }: DeviceChange,
  update: Update,
): Promise<void> {
  const sealed = new Map(update.sealedForDevices.map((entry) => [entry.deviceId, entry.sealed]))
  const missing = [...added, ...(update.account ? staying : [])].some(({ deviceId }) => !sealed.has(deviceId))
  if (missing)
    throw new ProtocolError('invalid-input', { path: '/sealedForDevices', problem: 'misses a device' })
  for (const { deviceId, name } of staying) {
    const keys = sealed.get(deviceId) ?? null
    await transaction`
      update device set name = ${name}, sealed_keys = coalesce(${keys}, sealed_keys) where device_id = ${deviceId}`
  }
  for (const device of added) {
    await insertDevice(transaction, userId, device, sealed.get(device.deviceId)!)
  }
}

/** A device may take itself off: it forgets what it knows. For any other, what it knows has to be worth nothing. */
function demandDropAllowed({ dropped }: DeviceChange, { account }: Update, { deviceId }: Actor): void {
  const others = dropped.filter((other) => other !== deviceId)
  if (others.length > 0 && !account) throw new ProtocolError('forbidden', { reason: 'account-key' })
}

async function publish(transaction: TransactionSql, services: Services, caller: Actor, update: Update) {
  const { userId } = caller
  const stored = await lockDocuments(transaction, userId)
  if (!stored) throw new ProtocolError('not-found')
  const next = await verifyDocuments(userId, { account: stored.account, ...update })
  checkSuccession(stored, next, update)
  const change = await deviceChange(transaction, userId, next.list.devices)
  demandDropAllowed(change, update, caller)
  await applyDevices(transaction, userId, change, update)
  await storeDocuments(transaction, next, update.sealedForRecovery)
  const waiting = await waitEverywhere(
    transaction,
    userId,
    change.added.map(({ deviceId }) => deviceId),
  )
  const cuts = []
  for (const deviceId of change.dropped) cuts.push(await cutOff(transaction, services, deviceId))
  const detail = {
    accountNumber: next.statement.number,
    deviceListNumber: next.list.number,
    added: change.added.map(({ deviceId }) => deviceId),
    removed: change.dropped,
  }
  await services.audit(transaction, { action: 'account.updated', actor: userId, subject: userId, detail })
  await logDocuments(transaction, next)
  return { waiting, cuts }
}

const update: Handlers['account.update'] = async (input, call) => {
  const { services } = call
  const caller = callerOf(call)
  const { userId } = caller
  const { waiting, cuts } = await inTransaction(services.sql, (transaction) =>
    publish(transaction, services, caller, input),
  )
  announceCut(services, userId, cuts)
  announceWaiting(services.bus, waiting, [userId])
  services.bus.toEveryone({ type: 'directory', userId })
  return {}
}

interface AccountRow {
  readonly account: Buffer
  readonly devices: Buffer
  readonly sealedForRecovery: Buffer
  readonly sealedForDevice: Buffer | null
}

const read: Handlers['account.read'] = async ({ deviceId }, call) => {
  const { userId } = callerOf(call)
  const [row] = await call.services.sql<AccountRow[]>`
    select account, devices, sealed_for_recovery as "sealedForRecovery", sealed_keys as "sealedForDevice"
    from identity_document document
    left join device on device.user_id = document.user_id and device.device_id = ${deviceId ?? null}
    where document.user_id = ${userId}`
  if (!row) throw new ProtocolError('not-found')
  return {
    account: plainBytes(row.account),
    devices: plainBytes(row.devices),
    sealedForRecovery: plainBytes(row.sealedForRecovery),
    ...(row.sealedForDevice ? { sealedForDevice: plainBytes(row.sealedForDevice) } : {}),
  }
}

export const accountHandlers = { 'account.read': read, 'account.update': update } satisfies Partial<Handlers>
