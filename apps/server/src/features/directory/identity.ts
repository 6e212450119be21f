/**
 * The first documents of an identity with its first device (SPEC.md, DIR-*): for the registration of a user, and for the
 * replacement of a lost identity. The policy feature calls it inside its own transaction.
 */
import { ProtocolError, type DeviceId, type Input, type UserId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Services } from '../../ports/call.ts'
import { endDirectChannels, endRequests } from '../channel/removal.ts'
import { sameBytes } from '../stored-bytes.ts'
import { emptyVault } from '../vault/emptying.ts'
import { cutOff, insertDevice, type Cut } from './device.ts'
import {
  lockDocuments,
  logDocuments,
  storeDocuments,
  verifyDocuments,
  type VerifiedDocuments,
} from './documents.ts'
import { storeKeyPackages } from './key-package.ts'

export type FirstIdentity = Input<'identity.reset'> & { readonly userId: UserId }

/** A first list holds the one device that made it. Throws 'bad-signature' or 'invalid-input'. */
async function verifyFirst(identity: FirstIdentity): Promise<VerifiedDocuments> {
  const documents = await verifyDocuments(identity.userId, identity)
  const { statement, list } = documents
  const single = list.devices.length === 1 && list.devices[0]!.deviceId === identity.deviceId
  if (!single) throw new ProtocolError('invalid-input', { path: '/devices', problem: 'holds another device' })
  if (statement.number !== 1 || list.number !== 1) {
    throw new ProtocolError('stale-document', { account: 0, devices: 0 })
  }
  return documents
}

async function cutAllDevices(
  transaction: TransactionSql,
  services: Services,
  userId: UserId,
): Promise<Cut[]> {
  const rows = await transaction<{ deviceId: DeviceId }[]>`
    select device_id as "deviceId" from device where user_id = ${userId} and cut_at is null order by device_id`
  const cuts: Cut[] = []
  for (const { deviceId } of rows) cuts.push(await cutOff(transaction, services, deviceId))
  return cuts
}

/** The new identity has to be another: a known one needs no replacement. */
async function replaceIdentity(
  transaction: TransactionSql,
  services: Services,
  { statement }: VerifiedDocuments,
): Promise<Cut[]> {
  const stored = await lockDocuments(transaction, statement.userId)
  if (stored && sameBytes(stored.identityKey, statement.identityKey)) {
    throw new ProtocolError('bad-signature', { reason: 'identity-key' })
  }
  const cuts = await cutAllDevices(transaction, services, statement.userId)
  await endDirectChannels(transaction, statement.userId)
  await endRequests(transaction, statement.userId)
  await emptyVault(transaction, statement.userId)
  await transaction`
    update user_account set identity_key = ${statement.identityKey} where user_id = ${statement.userId}`
  return cuts
}

/**
 * `first`: the row of user_account is made by the caller, with the statement's identity key. `replace`: the user's
 * devices are all cut off, the vault is emptied, and the new identity key is stored; give the answer to announceCut after the commit. Throws
 * 'bad-signature', 'invalid-input', 'stale-document' or 'forbidden'.
 */
export async function publishFirstIdentity(
  transaction: TransactionSql,
  services: Services,
  identity: FirstIdentity,
  mode: 'first' | 'replace' = 'first',
): Promise<Cut[]> {
  const documents = await verifyFirst(identity)
  const { userId, deviceId } = identity
  const cuts = mode === 'replace' ? await replaceIdentity(transaction, services, documents) : []
  const device = documents.list.devices[0]!
  const sealed = identity.sealedForDevices.find((entry) => entry.deviceId === deviceId)?.sealed
  if (!sealed)
    throw new ProtocolError('invalid-input', { path: '/sealedForDevices', problem: 'misses the device' })
  await storeDocuments(transaction, documents, identity.sealedForRecovery)
  await insertDevice(transaction, userId, device, sealed)
  const owner = {
    userId,
    deviceId,
    identityKey: documents.statement.identityKey,
    signatureKey: device.signatureKey,
  }
  await storeKeyPackages(transaction, services, owner, identity)
  await logDocuments(transaction, documents)
  return cuts
}
