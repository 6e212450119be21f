/** What waits to be written to the vault, by the name of its record. */
import type { Database } from '../../ports.ts'

export function saveVaultChange(database: Database, name: string, content: Uint8Array): void {
  database.run(
    'INSERT INTO vault_change (name, content) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET content = excluded.content',
    [name, content],
  )
}

/** Where this waits to be written, it is what is written. */
export function replaceVaultChange(database: Database, name: string, content: Uint8Array): void {
  database.run('UPDATE vault_change SET content = ? WHERE name = ?', [content, name])
}

export function removeVaultChange(database: Database, name: string): void {
  database.run('DELETE FROM vault_change WHERE name = ?', [name])
}
