/** What the user keeps for themself, as it stands on this device: the registers of each personal record. SPEC.md, OWN-1. */
import type { Register } from '@reforms/crypto'
import type { DeviceId } from '@reforms/protocol'
import type { Database, SqlRow } from '../../ports.ts'

function toRegister(row: SqlRow): Register {
  return {
    key: row['key'] as string,
    clock: Number(row['clock']),
    device: row['device'] as DeviceId,
    value: row['value'] as Uint8Array | null,
  }
}

export function readRegisters(database: Database, record: string): Register[] {
  return database.all('SELECT * FROM register WHERE record = ? ORDER BY key', [record]).map(toRegister)
}

export function readRegister(database: Database, record: string, key: string): Register | undefined {
  const [row] = database.all('SELECT * FROM register WHERE record = ? AND key = ?', [record, key])
  return row && toRegister(row)
}

/** The records whose names begin so and that have a value. */
export function readValuedRecords(database: Database, prefix: string): string[] {
  return database
    .all(
      'SELECT DISTINCT record FROM register WHERE substr(record, 1, ?) = ? AND value IS NOT NULL ORDER BY record',
      [prefix.length, prefix],
    )
    .map((row) => row['record'] as string)
}

/** Of the records whose names begin so, the values that are longer than a plain yes or no. */
export function readLongValues(
  database: Database,
  prefix: string,
): { record: string; key: string; value: Uint8Array }[] {
  return database
    .all(
      'SELECT record, key, value FROM register WHERE record >= ? AND record < ? AND length(value) > 1 ORDER BY record, key',
      [prefix, `${prefix}\uffff`],
    )
    .map((row) => ({
      record: row['record'] as string,
      key: row['key'] as string,
      value: row['value'] as Uint8Array,
    }))
}

/** In the place of what the record held. */
export function saveRegisters(database: Database, record: string, registers: readonly Register[]): void {
  database.run('DELETE FROM register WHERE record = ?', [record])
  for (const { key, clock, device, value } of registers) {
    database.run('INSERT INTO register (record, key, clock, device, value) VALUES (?, ?, ?, ?, ?)', [
      ...[record, key, clock, device, value],
    ])
  }
}
