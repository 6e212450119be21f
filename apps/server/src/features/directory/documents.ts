/**
 * A user's signed documents, as they are checked and kept: account statement and device list, each numbered, each
 * number following the one before (SPEC.md, DIR-*).
 */
import {
  hashDocument,
  verifyAccountStatement,
  verifyDeviceList,
  type AccountStatement,
  type DeviceList,
} from '@reforms/crypto/public'
import { ProtocolError, type UserId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import { refusedAs } from '../refusals.ts'
import { plainBytes } from '../stored-bytes.ts'
import type { Query } from '../transaction.ts'
import { appendToKeyLog } from './key-log.ts'

export interface VerifiedDocuments {
  readonly account: Uint8Array
  readonly statement: AccountStatement
  readonly devices: Uint8Array
  readonly list: DeviceList
}

/** Checks both against each other and against whose they are to be. Throws 'bad-signature'. */
export async function verifyDocuments(
  userId: UserId,
  { account, devices }: { readonly account: Uint8Array; readonly devices: Uint8Array },
): Promise<VerifiedDocuments> {
  return refusedAs('bad-signature', async () => {
    const statement = await verifyAccountStatement(account)
    if (statement.userId !== userId) throw new ProtocolError('bad-signature', { reason: 'wrong-subject' })
    return { account, statement, devices, list: await verifyDeviceList(devices, statement) }
  })
}

export interface StoredDocuments {
  readonly account: Uint8Array
  readonly accountNumber: number
  readonly devices: Uint8Array
  readonly deviceListNumber: number
  readonly rekeyWanted: boolean
  readonly identityKey: Uint8Array
}

interface StoredRow extends Omit<StoredDocuments, 'account' | 'devices' | 'identityKey'> {
  readonly account: Buffer
  readonly devices: Buffer
  readonly identityKey: Buffer
}

/** Locks them: one change of a user's documents at a time. */
export async function lockDocuments(
  transaction: TransactionSql,
  userId: UserId,
): Promise<StoredDocuments | undefined> {
  const [row] = await transaction<StoredRow[]>`
    select account, account_number::float8 as "accountNumber", devices, identity_key as "identityKey",
      device_list_number::float8 as "deviceListNumber", rekey_wanted as "rekeyWanted"
    from identity_document join user_account using (user_id)
    where user_id = ${userId} for update of identity_document`
  if (!row) return undefined
  const { account, devices, identityKey, ...rest } = row
  const bytes = {
    account: plainBytes(account),
    devices: plainBytes(devices),
    identityKey: plainBytes(identityKey),
  }
  return { ...rest, ...bytes }
}

/** Stores the documents. A statement that stays needs no new keys sealed for recovery. */
export async function storeDocuments(
  transaction: TransactionSql,
  { account, statement, devices, list }: VerifiedDocuments,
  sealedForRecovery: Uint8Array | undefined,
): Promise<void> {
  if (sealedForRecovery) {
    await transaction`
      insert into identity_document (user_id, account, account_number, devices, device_list_number,
        sealed_for_recovery)
      values (${statement.userId}, ${account}, ${statement.number}, ${devices}, ${list.number}, ${sealedForRecovery})
      on conflict (user_id) do update set account = excluded.account, account_number = excluded.account_number,
        devices = excluded.devices, device_list_number = excluded.device_list_number,
        sealed_for_recovery = excluded.sealed_for_recovery, rekey_wanted = false`
  } else {
    await transaction`
      update identity_document set devices = ${devices}, device_list_number = ${list.number}
      where user_id = ${statement.userId}`
  }
}

/** The key log's entry for these documents, and themselves: the last step of every change. */
export async function logDocuments(
  transaction: TransactionSql,
  { account, statement, devices, list }: VerifiedDocuments,
): Promise<void> {
  const entry = {
    userId: statement.userId,
    identityKey: statement.identityKey,
    accountKey: statement.accountKey,
    accountNumber: statement.number,
    deviceListNumber: list.number,
    deviceListHash: hashDocument(devices),
  }
  await appendToKeyLog(transaction, entry, { account, devices })
}

/** The signed documents of some users, for whoever has to check their devices. */
export async function readDocuments(
  sql: Query,
  userIds: readonly UserId[],
): Promise<{ userId: UserId; account: Uint8Array; devices: Uint8Array }[]> {
  const rows = await sql<{ userId: UserId; account: Buffer; devices: Buffer }[]>`
    select user_id as "userId", account, devices from identity_document where user_id = any(${[...userIds]}::uuid[])`
  return rows.map(({ userId, account, devices }) => ({
    userId,
    account: plainBytes(account),
    devices: plainBytes(devices),
  }))
}
