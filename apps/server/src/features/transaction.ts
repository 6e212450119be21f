/** Database transactions, as the features run them. What a transaction does outside the database waits for its end. */
import type { Sql, TransactionSql } from 'postgres'

/** Something to ask the database with, inside a transaction or not. */
export type Query = Sql | TransactionSql

const ATTEMPTS = 4
/** deadlock_detected and serialization_failure: the database chose this transaction to be tried again. */
const TRY_AGAIN = new Set(['40P01', '40001'])

function isTryAgain(error: unknown): boolean {
  return error instanceof Error && 'code' in error && TRY_AGAIN.has(String(error.code))
}

/** Runs `work` in one transaction, again after a deadlock: it must change nothing but the database. */
export async function inTransaction<T>(
  sql: Sql,
  work: (transaction: TransactionSql) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await sql.begin(work)) as T
    } catch (error) {
      if (attempt === ATTEMPTS || !isTryAgain(error)) throw error
    }
  }
}
