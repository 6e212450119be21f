/**
 * Brings a backup back, all or nothing: one transaction for the database; the blobs beside the folder in use, which is
 * exchanged as the last step before the commit.
 */
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Sql, TransactionSql } from 'postgres'
import { OperatorProblem } from '../../config/operator-problem.ts'
import { checkKnown, missingMigrations, runMigration, type Migration } from '../database/migrations.ts'
import { copyIn } from './copy.ts'
import type { BackupHeader, BackupTable } from './format.ts'
import type { Backup } from './read.ts'
import { clearSchema, withoutConstraints } from './schema-surgery.ts'
import { readTables, setSequence } from './tables.ts'

export interface RestoreTarget {
  readonly sql: Sql
  readonly blobFolder: string
  readonly migrations: readonly Migration[]
}

/** Replaces everything that is there: the caller has asked. */
export async function restoreBackup(backup: Backup, target: RestoreTarget): Promise<void> {
  checkKnown(backup.header.migrations, target.migrations)
  const exchange = new FolderExchange(target.blobFolder)
  try {
    await exchange.prepare()
    await target.sql.begin(async (transaction) => {
      await transaction`set local statement_timeout = 0`
      await rebuild(transaction, backup, target, exchange.next)
      await exchange.swap()
    })
  } catch (error) {
    await exchange.undo()
    throw error
  }
  await exchange.finish()
}

/** The schema as the backup knew it, its rows, then the migrations that it did not have yet. */
async function rebuild(
  transaction: TransactionSql,
  backup: Backup,
  { migrations }: RestoreTarget,
  blobFolder: string,
): Promise<void> {
  const { header } = backup
  await clearSchema(transaction)
  const known = new Set(header.migrations.map(({ name }) => name))
  const wanted = await missingMigrations(transaction, migrations)
  for (const migration of wanted.filter(({ name }) => known.has(name)))
    await runMigration(transaction, migration)
  const tables = await matchTables(transaction, header)
  await withoutConstraints(transaction, tables, () => load(transaction, backup, tables, blobFolder))
  for (const sequence of header.sequences) await setSequence(transaction, sequence)
  for (const migration of wanted.filter(({ name }) => !known.has(name)))
    await runMigration(transaction, migration)
}

/** The names in the file reach SQL only if they are the names of the tables that the migrations made. */
async function matchTables(transaction: TransactionSql, header: BackupHeader): Promise<BackupTable[]> {
  const present = await readTables(transaction)
  const key = ({ name, columns }: BackupTable) => JSON.stringify([name, ...[...columns].sort()])
  const keys = new Set(present.map(key))
  const stranger = header.tables.find((table) => !keys.has(key(table)))
  if (!stranger && header.tables.length === present.length) return [...header.tables]
  throw new OperatorProblem(
    `The backup's tables are not those of its migrations${stranger ? ` (${stranger.name})` : ''}. Nothing was changed.`,
  )
}

async function load(
  transaction: TransactionSql,
  backup: Backup,
  tables: readonly BackupTable[],
  blobFolder: string,
): Promise<void> {
  for await (const { name, content } of backup.sections()) {
    if ('table' in name) await loadTable(transaction, tables, name.table, content)
    else if ('blob' in name) await loadBlob(blobFolder, name.blob, content)
  }
}

async function loadTable(
  transaction: TransactionSql,
  tables: readonly BackupTable[],
  name: string,
  content: AsyncIterable<Buffer>,
): Promise<void> {
  const table = tables.find((candidate) => candidate.name === name)
  if (!table)
    throw new OperatorProblem(`The backup has a table ${name} that its header lacks. Nothing was changed.`)
  await copyIn(transaction, table, content)
}

async function loadBlob(folder: string, path: string, content: AsyncIterable<Buffer>): Promise<void> {
  const file = resolve(folder, path)
  if (!file.startsWith(`${resolve(folder)}${sep}`))
    throw new OperatorProblem(`The backup names a file outside: ${path}`)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await pipeline(content, createWriteStream(file, { mode: 0o600, flush: true }))
}

/** `next` becomes the folder; what was there is kept aside until the commit. */
class FolderExchange {
  readonly next: string
  readonly #folder: string
  readonly #before: string
  #swapped = false

  constructor(folder: string) {
    this.#folder = folder
    this.next = `${folder}.restoring`
    this.#before = `${folder}.before-restore`
  }

  async prepare(): Promise<void> {
    for (const folder of [this.next, this.#before]) await rm(folder, { recursive: true, force: true })
    await mkdir(this.next, { recursive: true, mode: 0o700 })
  }

  async swap(): Promise<void> {
    if (existsSync(this.#folder)) await rename(this.#folder, this.#before)
    this.#swapped = true
    await rename(this.next, this.#folder)
  }

  async undo(): Promise<void> {
    if (this.#swapped) {
      await rm(this.#folder, { recursive: true, force: true })
      if (existsSync(this.#before)) await rename(this.#before, this.#folder)
    }
    await rm(this.next, { recursive: true, force: true })
  }

  async finish(): Promise<void> {
    await rm(this.#before, { recursive: true, force: true })
  }
}
