/**
 * The Database port in the browser: SQLite in WebAssembly, encrypted (SQLite3 Multiple Ciphers, ChaCha20), in the origin private
 * file system. One database a profile, open in one worker at a time. The leader's worker only.
 */
import sqlite3InitModule, { type Database as SqliteDatabase, type SAHPoolUtil } from '@evolu/sqlite-wasm'
import type { Database, SqlRow, SqlValue } from '@reforms/client'
import { createTransaction, StatementCache } from '@reforms/client/adapters'
import { loadDatabaseKey, type DatabaseKey } from './database-key.ts'
import { TextBinding, type PreparedStatement } from './text-binding.ts'
import { awaitFreeFiles, claimFiles, keepingFolders } from './private-files.ts'

const FILE = '/profile.db'
/** The database, its rollback journal, and room for what SQLite may want besides. */
const POOL_FILES = 6
/** A page that is not in memory is read from the file and decrypted: with SQLite's 2 MB, a large database does so at every step. */
const CACHE_KIB = 16 * 1024
/** Ids are shorter. */
const HELD_CHARACTERS = 64

/** Throws FilesInUse while another worker has it. After any failure the worker is of no more use: end it. */
export async function openEncryptedDatabase(profile: string): Promise<Database> {
  const release = await claimFiles(profile)
  try {
    const key = await loadDatabaseKey(profile)
    const { pool, database, texts } = await openPool(profile, key)
    return adapt(database, texts, () => {
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
): Promise<{ pool: SAHPoolUtil; database: SqliteDatabase; texts: TextBinding }> {
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
  return { pool, database, texts: new TextBinding(sqlite) }
}

function configure(database: SqliteDatabase, key: Uint8Array): void {
  const hex = Array.from(key, (byte) => byte.toString(16).padStart(2, '0')).join('')
  database.exec(`PRAGMA cipher='chacha20'; PRAGMA key='raw:${hex}'; PRAGMA temp_store=MEMORY`)
  // Nobody else has the file: else SQLite would look before each query whether somebody has changed it.
  database.exec('PRAGMA locking_mode=EXCLUSIVE')
  // Reads the first page: a wrong key fails here.
  database.exec('SELECT count(*) FROM sqlite_master; PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL')
  database.exec(`PRAGMA cache_size=-${CACHE_KIB}`)
  // What is deleted (redactions, signing out) is overwritten.
  database.exec('PRAGMA secure_delete=ON')
}

function adapt(database: SqliteDatabase, texts: TextBinding, release: () => void): Database {
  const statements = new StatementCache(
    (sql) => prepare(database, sql),
    ({ statement }) => void statement.finalize(),
  )
  const exec = (sql: string) => void database.exec(sql)
  const all = (sql: string, parameters: readonly SqlValue[] = []) =>
    statements.use(sql, (prepared) => {
      const { statement, columns } = prepared
      bindAll(prepared, parameters, texts)
      const rows: SqlRow[] = []
      while (statement.step()) rows.push(rowOf(statement, columns))
      forget(prepared)
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

interface Prepared {
  readonly statement: PreparedStatement
  readonly columns: readonly string[]
  readonly isQuery: boolean
  /** What it was used with last, where that is bound still. */
  bound: readonly SqlValue[]
}

/** SQLite is asked for the names of columns once: each time, to tell one takes longer than to tell most values. */
function prepare(database: SqliteDatabase, sql: string): Prepared {
  const statement = database.prepare(sql)
  const columns = statement.columnCount > 0 ? statement.getColumnNames() : []
  return { statement, columns, isQuery: columns.length > 0, bound: [] }
}

/** To copy a text into SQLite's memory takes longer than most queries, and one after the other asks about the same channel. */
function bindAll(prepared: Prepared, parameters: readonly SqlValue[], texts: TextBinding): void {
  const { statement, bound, isQuery } = prepared
  parameters.forEach((value, index) => {
    if (typeof value !== 'string') statement.bind(index + 1, value)
    else if (bound[index] !== value) texts.bind(statement, index + 1, value)
  })
  prepared.bound = isQuery && !parameters.some(isLong) ? [...parameters] : []
}

/** What is large, or more than an id, is not held on to. */
function isLong(value: SqlValue): boolean {
  return typeof value === 'string' ? value.length > HELD_CHARACTERS : value instanceof Uint8Array
}

function forget({ statement, bound }: Prepared): void {
  statement.reset(bound.length === 0)
}

function rowOf(statement: PreparedStatement, columns: readonly string[]): SqlRow {
  const row: SqlRow = {}
  columns.forEach((name, index) => (row[name] = statement.get(index) as SqlValue))
  return row
}
