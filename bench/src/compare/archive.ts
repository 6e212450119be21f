/** The PostgreSQL in which other systems keep their archive: Debian's, in a cluster of its own, as durable as ours. */
import { installedPostgresMajors, OwnPostgres } from '@reforms/testkit'
import { treeOf } from './process-usage.ts'

export const NO_ARCHIVE = 'PostgreSQL is not installed'

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

export async function startArchive(): Promise<Archive> {
  const postgres = await OwnPostgres.start(installedPostgresMajors()[0]!)
  const { hostname, port, username, password, pathname } = new URL(postgres.databaseUrl)
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
