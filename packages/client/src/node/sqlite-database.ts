/**
 * The Database port over node-sqlite3-wasm: a file that one process has, or memory. For hosts in Node (terminal, bots, load,
 * tests). The file is not encrypted: who runs a program in Node protects its folder.
 */
import { resolve } from 'node:path'
import sqlite from 'node-sqlite3-wasm'
import { StatementCache } from '../adapters/statement-cache.ts'
import { createTransaction } from '../adapters/transaction.ts'
import type { Database, SqlRow, SqlValue } from '../ports.ts'
import { claimDatabase } from './database-owner.ts'

export function openMemoryDatabase(): Database {
  return adapt(new sqlite.Database(':memory:'), () => undefined)
}

/** Durable: what a transaction has committed survives the end of the process, of any kind. Throws DatabaseInUse. */
export function openFileDatabase(file: string): Database {
  const path = resolve(file)
  const release = claimDatabase(path)
  try {
    return adapt(openDurable(path), release)
  } catch (problem) {
    release()
    throw problem
  }
}

function openDurable(path: string): sqlite.Database {
  const database = new sqlite.Database(path)
  // Exclusive: the lock's folder is made once, not at every transaction. WAL needs shared memory, which this build lacks.
  database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL')
  // What is deleted (redactions, signing out) is overwritten.
  database.exec('PRAGMA secure_delete=ON')
  return database
}

function adapt(database: sqlite.Database, release: () => void): Database {
  const statements = new StatementCache((sql) => database.prepare(sql), finalize)
  const exec = (sql: string) => database.exec(sql)
  const all = (sql: string, parameters: readonly SqlValue[] = []) =>
    // `all` reads a statement to its end, so that none stays open across a commit.
    statements.use(sql, (statement) => statement.all([...parameters]) as SqlRow[])
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
      if (!database.isOpen) return
      statements.clear()
      database.close()
      release()
    },
  }
}

function finalize(statement: sqlite.Statement): void {
  try {
    statement.finalize()
  } catch {
    // SQLite repeats here the error that the statement ended with, and that was thrown then.
  }
}
