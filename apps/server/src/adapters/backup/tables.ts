/** The database's tables as a backup sees them: found in PostgreSQL's catalogue, so that no feature is forgotten. */
import type { TransactionSql } from 'postgres'
import type { BackupHeader, BackupSequence, BackupTable } from './format.ts'

/** Migrations have their own place in the header. */
const MIGRATION_TABLE = 'schema_migration'

export async function readHeader(transaction: TransactionSql, version: string): Promise<BackupHeader> {
  const migrations = await transaction<{ name: string; sha256: string }[]>`
    select name, sha256 from schema_migration order by name`
  return {
    createdAt: new Date().toISOString(),
    version,
    migrations: [...migrations],
    tables: await readTables(transaction),
    sequences: await readSequences(transaction),
  }
}

/** Generated columns are left out: they follow from the others. */
export async function readTables(transaction: TransactionSql): Promise<BackupTable[]> {
  const rows = await transaction<BackupTable[]>`
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname <> ${MIGRATION_TABLE}
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    group by c.relname order by c.relname`
  return [...rows]
}

async function readSequences(transaction: TransactionSql): Promise<BackupSequence[]> {
  const names = await transaction<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = current_schema()::regnamespace and relkind = 'S' order by relname`
  const sequences: BackupSequence[] = []
  for (const { name } of names) {
    const [row] = await transaction<{ value: string; called: boolean }[]>`
      select last_value::text as value, is_called as called from ${transaction(name)}`
    if (row) sequences.push({ name, ...row })
  }
  return sequences
}

export async function setSequence(
  transaction: TransactionSql,
  { name, value, called }: BackupSequence,
): Promise<void> {
  await transaction`select setval(${`"${name}"`}::regclass, ${value}::bigint, ${called})`
}
