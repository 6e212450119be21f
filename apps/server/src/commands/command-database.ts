/** The database for a command, brought up to date, and closed whatever happens. */
import { migrateDatabase, openDatabase, type Database } from '../adapters/database/open.ts'
import type { Config } from '../config/read.ts'

/** A command talks to a person: what the supervisor notices is shown when it matters. */
const QUIET = {
  info: () => undefined,
  warn: (message: string) => void process.stderr.write(`${message}\n`),
  error: (message: string) => void process.stderr.write(`${message}\n`),
}

export async function withDatabase<T>(config: Config, use: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(config, 'command', QUIET)
  try {
    return await use(database)
  } finally {
    await database.close()
  }
}

export async function withMigratedDatabase<T>(
  config: Config,
  use: (database: Database) => Promise<T>,
): Promise<T> {
  return withDatabase(config, async (database) => {
    await migrateDatabase(database.sql)
    return use(database)
  })
}
