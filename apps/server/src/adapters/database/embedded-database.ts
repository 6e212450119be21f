/** The database `reforms` inside the embedded PostgreSQL. */
import { connect, type DatabaseAddress } from './connection.ts'
import type { SocketAddress } from './supervisor.ts'

const DATABASE = 'reforms'

/** Makes the database where it is missing, and says how to reach it. */
export async function embeddedDatabase(server: SocketAddress): Promise<DatabaseAddress> {
  await ensureDatabase(server, DATABASE)
  return { ...server, database: DATABASE }
}

export async function ensureDatabase(server: SocketAddress, name: string): Promise<void> {
  const settings = { name: 'reforms setup', connections: 1, statementTimeoutMs: 0 }
  const sql = connect({ ...server, database: 'postgres' }, settings)
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${name}`
    if (!found) await sql`create database ${sql(name)}`
  } finally {
    await sql.end()
  }
}
