/** The PostgreSQL in which other systems keep their archive: Debian's, in a cluster of its own, as durable as ours. */
import { installedPostgresMajors, OwnPostgres } from '@reforms/testkit'
import { setTimeout as sleep } from 'node:timers/promises'
import connect from 'postgres'
import { treeOf } from './process-usage.ts'

const [ATTEMPTS, ATTEMPT_DELAY_MS] = [300, 200]

export const NO_ARCHIVE = 'PostgreSQL or the driver for it is not installed'

export interface Archive {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  pids(): number[]
  stop(): Promise<void>
}

export function hasArchive(): boolean {
  return installedPostgresMajors().length > 0
}

/** Its port answers some time before it does. */
async function untilReady(url: string): Promise<void> {
  const sql = connect(url, { max: 1, onnotice: () => undefined })
  for (let attempt = 1; ; attempt += 1) {
    try {
      await sql`select 1`
      return await sql.end()
    } catch (problem) {
      if (attempt === ATTEMPTS) throw problem
      await sleep(ATTEMPT_DELAY_MS)
    }
  }
}

export async function startArchive(): Promise<Archive> {
  const postgres = await OwnPostgres.start(installedPostgresMajors()[0]!)
  const { hostname, port, username, password, pathname } = new URL(postgres.databaseUrl)
  await untilReady(postgres.databaseUrl)
  return {
    host: hostname,
    port: Number(port),
    user: username,
    password,
    database: pathname.slice(1),
    pids: () => treeOf(postgres.pid),
    stop: () => postgres.stop(),
  }
}
