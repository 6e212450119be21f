/** Stands in for apps/server/src/adapters/database/testing.ts in these runs: a copy of the migrated database, which is quick. */
import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { connect } from '../../apps/server/src/adapters/database/connection.ts'
import { TEMPLATE } from './database.setup.mjs'

const SETTINGS = { name: 'reforms test', statementTimeoutMs: 60_000 }

export async function startTestDatabase() {
  const server = inject('postgres')
  const database = `test_${randomUUID().replaceAll('-', '')}`
  const setup = connect({ ...server, database: 'postgres' }, { ...SETTINGS, connections: 1 })
  await setup`create database ${setup(database)} template ${setup(TEMPLATE)}`
  const address = { ...server, database }
  const sql = connect(address, { ...SETTINGS, connections: 10 })
  const stop = async () => {
    await sql.end({ timeout: 1 })
    await setup`drop database ${setup(database)} with (force)`
    await setup.end()
  }
  return { sql, address, stop }
}
