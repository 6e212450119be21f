/** The key log as it was read and checked here: whose keys changed when, and the tree's root after each entry. SPEC.md, KL-3. */
import { MerkleAccumulator, type KeyLogEntry } from '@reforms/crypto'
import type { UserId } from '@reforms/protocol'
import type { Database, SqlRow } from '../../ports.ts'
import { readSetting, writeSetting } from './settings.ts'

const TREE = 'key-log'

/** `number` is the tree's size with this entry: 1 for the first. */
export interface LoggedKeys extends KeyLogEntry {
  readonly number: number
}

function toLoggedKeys(row: SqlRow): LoggedKeys {
  return {
    number: Number(row['number']),
    userId: row['user_id'] as UserId,
    identityKey: row['identity_key'] as Uint8Array,
    accountKey: row['account_key'] as Uint8Array,
    accountNumber: Number(row['account_number']),
    deviceListNumber: Number(row['device_list_number']),
    deviceListHash: row['device_list_hash'] as Uint8Array,
  }
}

export function readTree(database: Database): MerkleAccumulator {
  const state = readSetting(database, TREE)
  return state instanceof Uint8Array ? MerkleAccumulator.decode(state) : new MerkleAccumulator()
}

export function saveTree(database: Database, tree: MerkleAccumulator): void {
  writeSetting(database, TREE, tree.encode())
}

export function saveLoggedKeys(database: Database, entry: LoggedKeys, root: Uint8Array): void {
  database.run('INSERT INTO key_log_entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)', [
    entry.number,
    entry.userId,
    entry.identityKey,
    entry.accountKey,
    entry.accountNumber,
    entry.deviceListNumber,
    entry.deviceListHash,
    root,
  ])
}

export function clearLoggedKeys(database: Database): void {
  database.run('DELETE FROM key_log_entry')
  database.run('DELETE FROM read_list')
}

export function readNewestKeys(database: Database, userId: UserId): LoggedKeys | undefined {
  const row = database.all('SELECT * FROM key_log_entry WHERE user_id = ? ORDER BY number DESC LIMIT 1', [
    userId,
  ])[0]
  return row && toLoggedKeys(row)
}

export function readLoggedKeys(database: Database, number: number): LoggedKeys | undefined {
  const row = database.all('SELECT * FROM key_log_entry WHERE number = ?', [number])[0]
  return row && toLoggedKeys(row)
}

export function findDeviceList(database: Database, userId: UserId, hash: Uint8Array): LoggedKeys | undefined {
  const row = database.all(
    'SELECT * FROM key_log_entry WHERE user_id = ? AND device_list_hash = ? ORDER BY number DESC LIMIT 1',
    [userId, hash],
  )[0]
  return row && toLoggedKeys(row)
}

/** The root of the tree when it had this size. */
export function readRootAt(database: Database, size: number): Uint8Array | undefined {
  const row = database.all('SELECT root FROM key_log_entry WHERE number = ?', [size])[0]
  return row?.['root'] as Uint8Array | undefined
}

/** People whom the directory shows with another identity key than the newest in the log. */
export function readStrangers(database: Database): UserId[] {
  return database
    .all(
      `SELECT person.user_id FROM person WHERE person.identity_key IS NOT (
         SELECT identity_key FROM key_log_entry WHERE key_log_entry.user_id = person.user_id ORDER BY number DESC LIMIT 1)`,
    )
    .map((row) => row['user_id'] as UserId)
}
