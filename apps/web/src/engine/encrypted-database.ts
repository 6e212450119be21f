/**
 * The Database port in the browser: SQLite in WebAssembly, encrypted (SQLite3 Multiple Ciphers, ChaCha20), in the origin private
 * file system. One database a profile, open in one worker at a time. The leader's worker only.
 */
import sqlite3InitModule, { type Database as SqliteDatabase, type SAHPoolUtil } from '@evolu/sqlite-wasm'
import type { Database, SqlRow, SqlValue } from '@reforms/client'
import { createTransaction, StatementCache } from '@reforms/client/adapters'
import { loadDatabaseKey, type DatabaseKey } from './database-key.ts'
import { awaitFreeFiles, claimFiles, keepingFolders } from './private-files.ts'

const FILE = '/profile.db'
/** The database, its rollback journal, and room for what SQLite may want besides. */
const POOL_FILES = 6

/** Throws FilesInUse while another worker has it. After any failure the worker is of no more use: end it. */
export async function openEncryptedDatabase(profile: string): Promise<Database> {
  const release = await claimFiles(profile)
  try {
    const key = await loadDatabaseKey(profile)
    const { pool, database } = await openPool(profile, key)
    return adapt(database, () => {
      pool.pauseVfs()
      release()
    })
  } catch (problem) {
    release()
    throw problem
  }
}

async function openPool(
  profile: string,
  key: DatabaseKey,
): Promise<{ pool: SAHPoolUtil; database: SqliteDatabase }> {
  const directory = `/.reforms-${profile}`
  // It warns of what it throws as well, and of a file system that needs headers which we do not send and do not miss.
  Object.assign(globalThis, { sqlite3ApiConfig: { warn: () => undefined } })
  const sqlite = await sqlite3InitModule()
  await awaitFreeFiles(`${directory}/.opaque`)
  const pool = await keepingFolders(() =>
    sqlite.installOpfsSAHPoolVfs({ name: profile, directory, initialCapacity: POOL_FILES }),
  )
  // Under a new key the old file cannot be read by anybody any more.
  if (key.isNew) pool.unlink(FILE)
  const { sqlite3mc_vfs_create: encrypt } = sqlite.capi as unknown as {
    sqlite3mc_vfs_create(name: string, isDefault: number): number
  }
  encrypt(profile, 0)
  const database = new sqlite.oo1.DB(`file:${FILE}?vfs=multipleciphers-${profile}`, 'c')
  configure(database, key.bytes)
  return { pool, database }
}

function configure(database: SqliteDatabase, key: Uint8Array): void {
  const hex = Array.from(key, (byte) => byte.toString(16).padStart(2, '0')).join('')
  database.exec(`PRAGMA cipher='chacha20'; PRAGMA key='raw:${hex}'; PRAGMA temp_store=MEMORY`)
  // Reads the first page: a wrong key fails here.
  database.exec('SELECT count(*) FROM sqlite_master; PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL')
  // What is deleted (redactions, signing out) is overwritten.
  database.exec('PRAGMA secure_delete=ON')
}

function adapt(database: SqliteDatabase, release: () => void): Database {
  const statements = new StatementCache(
    (sql) => database.prepare(sql),
    (statement) => void statement.finalize(),
  )
  const exec = (sql: string) => void database.exec(sql)
  const all = (sql: string, parameters: readonly SqlValue[] = []) =>
    statements.use(sql, (statement) => {
      if (parameters.length > 0) statement.bind([...parameters])
      const rows: SqlRow[] = []
      while (statement.step()) rows.push(statement.get({}) as SqlRow)
      statement.reset(true)
      return rows
    })
  return {
    exec(sql) {
      // It may change tables: a statement prepared before would give the old columns.
      statements.clear()
      exec(sql)
    },
    all,
    run: (sql, parameters) => void all(sql, parameters),
    transaction: createTransaction(exec),
    close() {
      if (!database.isOpen()) return
      statements.clear()
      database.close()
      release()
    },
  }
}
