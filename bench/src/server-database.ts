/** The embedded PostgreSQL of a server that runs, for measurements that look into it or fill it. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import postgres, { type Sql } from 'postgres'

const USER = 'reforms'

export interface Database {
  readonly sql: Sql
  /** For PostgreSQL's own programs. */
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
}

/** Through the socket that only its owner can reach. */
export function openDatabase(dataFolder: string): Database {
  const note = join(dataFolder, 'socket-folder')
  const host = existsSync(note) ? readFileSync(note, 'utf8').trim() : join(dataFolder, 'run')
  const password = readFileSync(join(dataFolder, 'postgres-password'), 'utf8').trim()
  const sql = postgres({ host, user: USER, password, database: USER, max: 1, onnotice: () => undefined })
  const env = { PGHOST: host, PGUSER: USER, PGPASSWORD: password, PGDATABASE: USER }
  return { sql, env, folder: dirname(dataFolder) }
}
