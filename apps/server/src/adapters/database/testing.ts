/**
 * Fresh databases for tests, on the real embedded PostgreSQL: one cluster a test process in a temporary folder, one
 * database a call, with all migrations. For tests only.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sql } from 'postgres'
import { connect, type DatabaseAddress } from './connection.ts'
import { ensureDatabase } from './embedded-database.ts'
import { loadMigrations, migrate } from './migrations.ts'
import { isAlive, isPostmasterOf } from './process-identity.ts'
import { EmbeddedPostgres } from './supervisor.ts'

export interface TestDatabase {
  readonly sql: Sql
  readonly address: DatabaseAddress
  /** Closes the connections; with the last database in use the cluster is stopped and deleted. */
  stop(): Promise<void>
}

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }
const FOLDER_PREFIX = 'reforms-test-'

interface TestCluster {
  readonly postgres: EmbeddedPostgres
  readonly folder: string
}

let cluster: Promise<TestCluster> | undefined
let users = 0
let made = 0

/** `migrated: false` gives an empty database. */
export async function startTestDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  users += 1
  cluster ??= startTestCluster()
  const { postgres } = await cluster
  const name = `test_${process.pid}_${++made}`
  await ensureDatabase(postgres.address, name)
  const address = { ...postgres.address, database: name }
  const sql = connect(address, { name: 'reforms test', connections: 10, statementTimeoutMs: 60_000 })
  const stop = () => stopTestDatabase(sql)
  try {
    if (options.migrated !== false) await migrate(sql, loadMigrations())
  } catch (error) {
    await stop()
    throw error
  }
  return { sql, address, stop }
}

async function startTestCluster(): Promise<TestCluster> {
  sweepAborted()
  const folder = mkdtempSync(join(tmpdir(), `${FOLDER_PREFIX}${process.pid}-`))
  return { postgres: await EmbeddedPostgres.start(folder, SILENT), folder }
}

/** A run that was aborted left its cluster behind: ended and deleted here. */
function sweepAborted(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = /^reforms-test-(\d+)-/.exec(name)?.[1]
    if (owner === undefined || isAlive(Number(owner))) continue
    const folder = join(tmpdir(), name)
    endPostmaster(join(folder, 'postgres'))
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

function endPostmaster(folder: string): void {
  try {
    const pid = Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0])
    if (isPostmasterOf(pid, folder)) process.kill(pid, 'SIGQUIT')
  } catch {
    // It has ended already.
  }
}

async function stopTestDatabase(sql: Sql): Promise<void> {
  await sql.end({ timeout: 1 })
  users -= 1
  if (users > 0 || !cluster) return
  const { postgres, folder } = await cluster
  cluster = undefined
  const stopped = postgres.stop()
  // Nobody needs what is written at an orderly end.
  endPostmaster(join(folder, 'postgres'))
  await stopped
  rmSync(folder, { recursive: true, force: true })
}
