/** Named values of this profile, as CBOR: device keys, cursors, drafts of state that has no table of its own. */
import { decodeCbor, encodeCbor } from '@reforms/protocol'
import type { Database } from '../../ports.ts'

export function readSetting(database: Database, name: string): unknown {
  const row = database.all('SELECT value FROM setting WHERE name = ?', [name])[0]
  return row ? decodeCbor(row['value'] as Uint8Array) : undefined
}

export function writeSetting(database: Database, name: string, value: unknown): void {
  database.run(
    'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    [name, encodeCbor(value)],
  )
}

/** All whose names begin so, in the order of their names. */
export function readSettings(database: Database, prefix: string): unknown[] {
  return database
    .all('SELECT value FROM setting WHERE substr(name, 1, ?) = ? ORDER BY name', [prefix.length, prefix])
    .map((row) => decodeCbor(row['value'] as Uint8Array))
}

export function removeSetting(database: Database, name: string): void {
  database.run('DELETE FROM setting WHERE name = ?', [name])
}

/** When this profile became a device, by its own clock. */
export const DEVICE_SINCE = 'device-since'

export const VAULT_CURSOR = 'vault-cursor'

/** Forgets how far the vault has been read. */
export function readVaultAgain(database: Database): void {
  removeSetting(database, VAULT_CURSOR)
}
