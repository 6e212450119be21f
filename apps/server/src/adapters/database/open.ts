/**
 * Opens the database that the configuration names, for the server or for a command. A command works beside a running
 * server, whose embedded PostgreSQL it uses, and starts it for its own time where none runs.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from 'postgres'
import type { Config } from '../../config/read.ts'
import { OperatorProblem } from '../../config/operator-problem.ts'
import { connect, type DatabaseAddress } from './connection.ts'
import { embeddedDatabase } from './embedded-database.ts'
import { isLock, prepareFolder, takeFolder, type LockHolder } from './folder-lock.ts'
import { loadMigrations, migrate } from './migrations.ts'
import { EmbeddedPostgres, findRunning, type SocketAddress, type SupervisorLog } from './supervisor.ts'

const STATEMENT_TIMEOUT_MS = 30_000
const COMMAND_CONNECTIONS = 4
const SERVER_STARTING_MS = 30_000
const OLDEST_VERSION = 140_000

export interface Database {
  readonly sql: Sql
  /** Whether a server runs on the same embedded database; unknown (false) for the operator's own. */
  readonly besideServer: boolean
  /** Ends the connections, then what this process started. */
  close(): Promise<void>
}

type Purpose = LockHolder['kind']

export async function openDatabase(config: Config, purpose: Purpose, log: SupervisorLog): Promise<Database> {
  if (config.databaseUrl === undefined) return openEmbedded(config, purpose, log)
  prepareFolder(config.dataFolder)
  const sql = connectFor({ url: config.databaseUrl }, config, purpose)
  await checkReachable(sql)
  return { sql, besideServer: false, close: () => sql.end({ timeout: 5 }) }
}

/** Runs what is missing, over a connection that waits as long as it takes. Returns the names of what ran. */
export async function migrateDatabase(sql: Sql): Promise<string[]> {
  return migrate(sql, loadMigrations())
}

async function openEmbedded(config: Config, purpose: Purpose, log: SupervisorLog): Promise<Database> {
  const taken = await takeFolder(config.dataFolder, purpose)
  if (!isLock(taken)) return openBeside(config, taken, purpose)
  try {
    const postgres = await EmbeddedPostgres.start(config.dataFolder, log)
    const sql = await connectEmbedded(postgres, config, purpose)
    const close = async () => {
      await sql.end({ timeout: 5 })
      await postgres.stop()
      taken.release()
    }
    return { sql, besideServer: false, close }
  } catch (error) {
    taken.release()
    throw error
  }
}

async function connectEmbedded(postgres: EmbeddedPostgres, config: Config, purpose: Purpose): Promise<Sql> {
  try {
    return connectFor(await embeddedDatabase(postgres.address), config, purpose)
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

async function openBeside(config: Config, holder: LockHolder, purpose: Purpose): Promise<Database> {
  if (purpose === 'server') {
    throw new OperatorProblem(
      `Another Reforms server (process ${holder.pid}) is running on the data folder ${config.dataFolder}. ` +
        'Stop it first, or set REFORMS_DATA to another folder.',
    )
  }
  const sql = connectFor(await embeddedDatabase(await waitForServer(config)), config, purpose)
  return { sql, besideServer: true, close: () => sql.end({ timeout: 5 }) }
}

async function waitForServer({ dataFolder }: Config): Promise<SocketAddress> {
  for (const deadline = Date.now() + SERVER_STARTING_MS; Date.now() < deadline; await sleep(200)) {
    const address = await findRunning(dataFolder)
    if (address) return address
  }
  throw new OperatorProblem('The server is running, but its database does not answer. See its log.')
}

function connectFor(address: DatabaseAddress, config: Config, purpose: Purpose): Sql {
  const command = purpose === 'command'
  return connect(address, {
    name: command ? 'reforms command' : 'reforms serve',
    connections: command ? COMMAND_CONNECTIONS : config.databaseConnections,
    statementTimeoutMs: command ? 0 : STATEMENT_TIMEOUT_MS,
  })
}

async function checkReachable(sql: Sql): Promise<void> {
  const [row] = await sql<{ version: string }[]>`show server_version_num`.catch(async (error: unknown) => {
    await sql.end({ timeout: 0 })
    throw unreachable(error)
  })
  const version = Number(Object.values(row ?? {})[0])
  if (version >= OLDEST_VERSION) return
  await sql.end()
  throw new OperatorProblem(
    `DATABASE_URL names PostgreSQL ${Math.floor(version / 10_000)}; it should be 14 or newer.`,
  )
}

/** Says why without the address, which holds a password. */
function unreachable(error: unknown): OperatorProblem {
  const { code, message } = error as { code?: string; message?: string }
  const reason = `${code ?? 'no code'}: ${(message ?? '').replace(/postgres(ql)?:\/\/\S+/g, 'the database')}`
  return new OperatorProblem(
    `The database that DATABASE_URL names does not let Reforms in (${reason}). Check that it runs, its address, the ` +
      'user and the password.',
    1,
    error,
  )
}
