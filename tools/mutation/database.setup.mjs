/** One PostgreSQL for a whole run, with a migrated database that test-database.mjs copies: thousands of runs could not each start one. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../../apps/server/src/adapters/database/connection.ts'
import { ensureDatabase } from '../../apps/server/src/adapters/database/embedded-database.ts'
import { loadMigrations, migrate } from '../../apps/server/src/adapters/database/migrations.ts'
import { EmbeddedPostgres } from '../../apps/server/src/adapters/database/supervisor.ts'

export const TEMPLATE = 'template_migrated'
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }

export default async function setup({ provide }) {
  const folder = mkdtempSync(join(tmpdir(), 'reforms-mutation-'))
  const postgres = await EmbeddedPostgres.start(folder, SILENT)
  const { address } = postgres
  await ensureDatabase(address, TEMPLATE)
  const settings = { name: 'reforms setup', connections: 1, statementTimeoutMs: 0 }
  const sql = connect({ ...address, database: TEMPLATE }, settings)
  await migrate(sql, loadMigrations())
  await sql.end()
  provide('postgres', address)
  return async () => {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
