/**
 * Runs the features' SQL migrations: in order, under an advisory lock, each once. `schema_migration` records name and
 * SHA-256, so that a changed file or a database of a newer program is noticed before anything is written.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ReservedSql, Sql, TransactionSql } from 'postgres'
import { OperatorProblem } from '../../config/operator-problem.ts'

export interface Migration {
  /** `NNNN-name.sql`, unique over all features. */
  readonly name: string
  readonly text: string
  readonly sha256: string
}

/** An arbitrary number that means "Reforms migrates" to pg_advisory_lock. */
const ADVISORY_LOCK = 7_301_946

/** Beside the built program they lie in one folder; in the source tree each feature has its own. */
export function loadMigrations(): Migration[] {
  const built = fileURLToPath(new URL('./migrations', import.meta.url))
  const files = existsSync(built)
    ? readdirSync(built).map((name) => join(built, name))
    : featureFolders().flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  return inOrder(files.filter((file) => file.endsWith('.sql')).map(readMigration))
}

function featureFolders(): string[] {
  const features = fileURLToPath(new URL('../../features', import.meta.url))
  if (!existsSync(features)) return []
  return readdirSync(features)
    .map((noun) => join(features, noun, 'migrations'))
    .filter((folder) => existsSync(folder))
}

function readMigration(file: string): Migration {
  const text = readFileSync(file, 'utf8')
  return { name: basename(file), text, sha256: createHash('sha256').update(text).digest('hex') }
}

/** Sorted by number. Throws Error when two have the same number: that is a mistake in the source tree. */
export function inOrder(migrations: readonly Migration[]): Migration[] {
  const sorted = [...migrations].sort((a, b) => (a.name < b.name ? -1 : 1))
  sorted.forEach((migration, i) => {
    if (!/^\d{4}-[a-z0-9-]+\.sql$/.test(migration.name))
      throw new Error(`${migration.name}: not NNNN-name.sql`)
    if (sorted[i - 1]?.name.slice(0, 4) === migration.name.slice(0, 4))
      throw new Error(`${migration.name}: this number is taken by ${sorted[i - 1]?.name}`)
  })
  return sorted
}

/** Brings the database up to date; returns the names of what ran. Throws OperatorProblem for a newer database. */
export async function migrate(sql: Sql, migrations: readonly Migration[]): Promise<string[]> {
  const connection = await sql.reserve()
  try {
    // Waiting for another server, or building an index, may take longer than a request may.
    await connection`set statement_timeout = 0`
    await connection`select pg_advisory_lock(${ADVISORY_LOCK})`
    const missing = await missingMigrations(connection, migrations)
    for (const migration of missing) await runAlone(connection, migration)
    return missing.map(({ name }) => name)
  } finally {
    await connection`select pg_advisory_unlock(${ADVISORY_LOCK})`.catch(() => undefined)
    await connection`reset statement_timeout`.catch(() => undefined)
    connection.release()
  }
}

async function runAlone(connection: ReservedSql, migration: Migration): Promise<void> {
  await connection`begin`
  try {
    await runMigration(connection, migration)
    await connection`commit`
  } catch (error) {
    await connection`rollback`
    throw new OperatorProblem(`The migration ${migration.name} failed: ${String(error)}`, 1, error)
  }
}

/** Runs one inside the caller's transaction and records it. */
export async function runMigration(sql: ReservedSql | TransactionSql, migration: Migration): Promise<void> {
  await sql.unsafe(migration.text)
  await sql`insert into schema_migration (name, sha256) values (${migration.name}, ${migration.sha256})`
}

/** Makes the record table where it is missing, and compares it with what this program knows. */
export async function missingMigrations(
  sql: ReservedSql | TransactionSql,
  migrations: readonly Migration[],
): Promise<Migration[]> {
  await sql`
    create table if not exists schema_migration (
      name text primary key,
      sha256 text not null,
      at timestamptz not null default now()
    )`
  const done = await sql<
    { name: string; sha256: string }[]
  >`select name, sha256 from schema_migration order by name`
  checkKnown(done, migrations)
  const names = new Set(done.map(({ name }) => name))
  return migrations.filter(({ name }) => !names.has(name))
}

/** Throws OperatorProblem for a migration that this program does not know, or knows otherwise. */
export function checkKnown(
  done: readonly { name: string; sha256: string }[],
  migrations: readonly Migration[],
): void {
  for (const { name, sha256 } of done) {
    const known = migrations.find((migration) => migration.name === name)
    if (!known)
      throw new OperatorProblem(
        `The database is newer than this program: it has the migration ${name}, which this version of Reforms ` +
          'does not know. Start the newer version, or restore a backup that this version made.',
      )
    if (known.sha256 !== sha256)
      throw new OperatorProblem(
        `The database was made by a different build of Reforms: its migration ${name} is not the one of this ` +
          'version. Start the version that made it.',
      )
  }
}
