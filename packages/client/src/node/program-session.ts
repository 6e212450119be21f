/** Where a program keeps its bearer token between runs: in its own database, beside its device's keys. For the Node host only. */
import type { Database } from '../ports.ts'

const TABLE =
  'CREATE TABLE IF NOT EXISTS program_session (id INTEGER PRIMARY KEY CHECK (id = 1), token TEXT NOT NULL)'

export function readToken(database: Database): string | undefined {
  database.exec(TABLE)
  const token = database.all('SELECT token FROM program_session')[0]?.['token']
  return typeof token === 'string' ? token : undefined
}

export function keepToken(database: Database, token: string | undefined): void {
  if (token === undefined) database.run('DELETE FROM program_session')
  else database.run('INSERT OR REPLACE INTO program_session (id, token) VALUES (1, ?)', [token])
}
