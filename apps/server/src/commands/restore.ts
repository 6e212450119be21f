/** `reforms restore FILE [--force]`: brings a backup back into the database that the configuration names. */
import { join } from 'node:path'
import { openBackup, type Backup } from '../adapters/backup/read.ts'
import { restoreBackup } from '../adapters/backup/restore.ts'
import { hasUsers } from '../adapters/backup/schema-surgery.ts'
import { loadMigrations } from '../adapters/database/migrations.ts'
import type { Database } from '../adapters/database/open.ts'
import { OperatorProblem } from '../config/operator-problem.ts'
import type { Config } from '../config/read.ts'
import { backupFile } from './backup.ts'
import type { Arguments } from './command-line.ts'
import { withDatabase } from './command-database.ts'

export async function restore(config: Config, { positionals, force }: Arguments): Promise<void> {
  const opened = await openBackup(backupFile(positionals, 'restore'))
  await withDatabase(config, (database) => restoreInto(database, config, opened, force))
  process.stdout.write(
    `Restored the backup of ${opened.header.createdAt}. Start the server; clients notice, and send what it lacks.\n`,
  )
}

async function restoreInto(
  database: Database,
  config: Config,
  opened: Backup,
  force: boolean,
): Promise<void> {
  const { sql } = database
  if (database.besideServer || (await serverIsConnected(database)))
    throw new OperatorProblem('A Reforms server is running on this database. Stop it first.')
  if (!force && (await sql.begin(hasUsers)))
    throw new OperatorProblem(
      'There are users in this database. --force replaces everything with the backup.',
    )
  await restoreBackup(opened, {
    sql,
    blobFolder: join(config.dataFolder, 'blobs'),
    migrations: loadMigrations(),
  })
}

async function serverIsConnected({ sql }: Database): Promise<boolean> {
  const rows = await sql`
    select from pg_stat_activity where application_name = 'reforms serve' and datname = current_database() limit 1`
  return rows.length > 0
}
