/**
 * COPY over postgres.js, in PostgreSQL's text format. Two things that postgres.js 3.4.9 leaves undone are done here, each
 * with a test: it keeps its socket paused after a full stream's last packet, and it reports no error that PostgreSQL
 * gives after the last row, so that the connection, or the caller, would wait for ever.
 */
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { TransactionSql } from 'postgres'
import type { BackupTable } from './format.ts'

/** The rows of a table, in chunks that end with a row. Nothing else may use the transaction meanwhile. */
export async function* copyOut(transaction: TransactionSql, table: BackupTable): AsyncGenerator<Buffer> {
  const rows = await transaction`copy ${target(transaction, table)} to stdout`.readable()
  for await (const chunk of rows) yield chunk as Buffer
  // Resumes the socket: nobody asks an ended stream for more.
  rows._read(0)
}

/** Writes rows into a table. Rejects with an error that names the table when PostgreSQL refuses them. */
export async function copyIn(
  transaction: TransactionSql,
  table: BackupTable,
  content: AsyncIterable<Buffer>,
): Promise<void> {
  const rows = await transaction`copy ${target(transaction, table)} from stdin`.writable()
  failWithTransaction(rows, transaction, table.name)
  await pipeline(content, rows)
}

/** A query right behind the last row: it fails when the rows were refused, since then the transaction is over. */
function failWithTransaction(rows: Writable, transaction: TransactionSql, table: string): void {
  const finish = rows._final.bind(rows)
  rows._final = (callback) => {
    finish(callback)
    transaction`select 1`.catch((error: unknown) => {
      rows.destroy(new Error(`PostgreSQL refused the rows of the table ${table}`, { cause: error }))
    })
  }
}

function target(transaction: TransactionSql, { name, columns }: BackupTable) {
  return transaction`${transaction(name)} (${transaction(columns)})`
}
