/** What a restore does to the schema, inside its transaction: empties it, and loads tables in any order. */
import type { TransactionSql } from 'postgres'
import { OperatorProblem } from '../../config/operator-problem.ts'
import type { BackupTable } from './format.ts'

/** Throws OperatorProblem where the schema holds tables that are not ours: somebody named the wrong database. */
export async function clearSchema(transaction: TransactionSql): Promise<void> {
  const tables = await relations(transaction)
  if (tables.length > 0 && !tables.includes('schema_migration'))
    throw new OperatorProblem(
      'The database holds tables of another program. Nothing was changed. Use an empty one.',
    )
  for (const table of tables) await transaction`drop table if exists ${transaction(table)} cascade`
  for (const { kind, name } of await otherObjects(transaction))
    await transaction.unsafe(`drop ${kind} if exists ${name} cascade`)
}

/** Whether there is somebody whom a restore would lose. */
export async function hasUsers(transaction: TransactionSql): Promise<boolean> {
  if (!(await relations(transaction)).includes('user_account')) return false
  const [row] = await transaction<{ found: boolean }[]>`select exists (select from user_account) as found`
  return row?.found ?? false
}

async function relations(transaction: TransactionSql): Promise<string[]> {
  const rows = await transaction<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') order by relname`
  return rows.map(({ name }) => name)
}

/** Views, sequences, functions and types that no extension owns, as quoted names. */
async function otherObjects(transaction: TransactionSql): Promise<{ kind: string; name: string }[]> {
  const here = transaction`current_schema()::regnamespace`
  const own = transaction`not exists (select from pg_depend d where d.objid = o.oid and d.deptype in ('e', 'i'))`
  return transaction<{ kind: string; name: string }[]>`
    select case o.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'sequence' end as kind,
      o.oid::regclass::text as name
    from pg_class o where o.relnamespace = ${here} and o.relkind in ('v', 'm', 'S') and ${own}
    union all
    select 'routine', o.oid::regprocedure::text from pg_proc o where o.pronamespace = ${here} and ${own}
    union all
    select case o.typtype when 'd' then 'domain' else 'type' end, o.oid::regtype::text
    from pg_type o where o.typnamespace = ${here} and o.typtype in ('d', 'e') and ${own}`
}

interface ForeignKey {
  readonly table: string
  readonly name: string
  readonly definition: string
}

/**
 * Empties the tables and runs `load` without triggers and foreign keys; these come back after it and check every row.
 */
export async function withoutConstraints(
  transaction: TransactionSql,
  tables: readonly BackupTable[],
  load: () => Promise<void>,
): Promise<void> {
  const keys = await foreignKeys(transaction)
  for (const { table, name } of keys)
    await transaction`alter table ${transaction(table)} drop constraint ${transaction(name)}`
  for (const { name } of tables) {
    await transaction`alter table ${transaction(name)} disable trigger user`
    await transaction`truncate table ${transaction(name)}`
  }
  await load()
  for (const { name } of tables) await transaction`alter table ${transaction(name)} enable trigger user`
  for (const { table, name, definition } of keys)
    await transaction`alter table ${transaction(table)} add constraint ${transaction(name)} ${transaction.unsafe(definition)}`
}

async function foreignKeys(transaction: TransactionSql): Promise<ForeignKey[]> {
  const rows = await transaction<ForeignKey[]>`
    select c.relname as table, k.conname as name, pg_get_constraintdef(k.oid) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where k.contype = 'f' and k.connamespace = current_schema()::regnamespace order by 1, 2`
  return [...rows]
}
