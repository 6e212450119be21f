/**
 * Leaves that were seen in a signed device list which the key log names, and which of the log's lists have been read. What was
 * seen once holds for good: a device and its keys never change. SPEC.md, EPO-6 and POL-9.
 */
import type { DeviceId, UserId } from '@reforms/protocol'
import type { Database } from '../../ports.ts'

/** What a list says of a device: whose it is, and its keys. */
export interface LeafKeys {
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly signatureKey: Uint8Array
  readonly identityKey: Uint8Array
}

export function isProven(database: Database, leaf: LeafKeys): boolean {
  const rows = database.all(
    `SELECT 1 FROM proven_leaf WHERE user_id = ? AND device_id = ? AND signature_key = ? AND identity_key = ?`,
    [leaf.userId, leaf.deviceId, leaf.signatureKey, leaf.identityKey],
  )
  return rows.length > 0
}

export function saveProven(database: Database, leaf: LeafKeys): void {
  database.run('INSERT OR IGNORE INTO proven_leaf VALUES (?, ?, ?, ?)', [
    leaf.userId,
    leaf.deviceId,
    leaf.signatureKey,
    leaf.identityKey,
  ])
}

/** The key log's entries about some users whose lists have not been read here, newest first. */
export function readUnreadNumbers(database: Database, userIds: readonly UserId[]): number[] {
  const marks = userIds.map(() => '?').join(', ')
  return database
    .all(
      `SELECT number FROM key_log_entry WHERE user_id IN (${marks})
         AND number NOT IN (SELECT number FROM read_list) ORDER BY number DESC`,
      [...userIds],
    )
    .map((row) => Number(row['number']))
}

export function markListRead(database: Database, number: number): void {
  database.run('INSERT OR IGNORE INTO read_list VALUES (?)', [number])
}
