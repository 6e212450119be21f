/** The private halves of key packages that this device left on the server. */
import type { Database } from '../../ports.ts'

export interface StoredKeyPackage {
  ref: Uint8Array
  keyPackage: Uint8Array
  secrets: Uint8Array
}

export function saveKeyPackage(
  database: Database,
  keyPackage: StoredKeyPackage,
  use: 'once' | 'last-resort',
  now: number,
): void {
  database.run('INSERT OR IGNORE INTO key_package VALUES (?, ?, ?, ?, ?)', [
    keyPackage.ref,
    keyPackage.keyPackage,
    keyPackage.secrets,
    use === 'last-resort' ? 1 : 0,
    now,
  ])
}

export function readKeyPackage(database: Database, ref: Uint8Array): StoredKeyPackage | undefined {
  const row = database.all('SELECT ref, key_package, secrets FROM key_package WHERE ref = ?', [ref])[0]
  if (!row) return undefined
  return {
    ref: row['ref'] as Uint8Array,
    keyPackage: row['key_package'] as Uint8Array,
    secrets: row['secrets'] as Uint8Array,
  }
}

/** A key package opens one Welcome only; the last-resort one stays. */
export function spendKeyPackage(database: Database, ref: Uint8Array): void {
  database.run('DELETE FROM key_package WHERE ref = ? AND last_resort = 0', [ref])
}

export function dropKeyPackagesBefore(database: Database, createdAt: number): void {
  database.run('DELETE FROM key_package WHERE created_at < ?', [createdAt])
}
