/**
 * The organisation's settings: defaults, and what an administrator has changed. Read through a cache that follows
 * changes of this process at once and those of others within seconds.
 */
import type { Settings } from '@reforms/protocol'
import type { JSONValue, Sql, TransactionSql } from 'postgres'

export const DEFAULT_SETTINGS: Settings = {
  organisation: 'Reforms',
  registration: 'invitation',
  publicChannels: 'everyone',
  teams: 'administrators',
  sessionDays: 30,
  fileMaxMegabytes: 5120,
  receipts: true,
}

const CACHE_MS = 5000

export class SettingStore {
  readonly #sql: Sql
  readonly #clock: () => number
  #cached: { settings: Promise<Settings>; at: number } | undefined

  constructor(sql: Sql, clock: () => number) {
    this.#sql = sql
    this.#clock = clock
  }

  read(): Promise<Settings> {
    const now = this.#clock()
    if (this.#cached && Math.abs(now - this.#cached.at) < CACHE_MS) return this.#cached.settings
    const settings = readSettings(this.#sql)
    this.#cached = { settings, at: now }
    settings.catch(() => this.forget())
    return settings
  }

  /** After a change has been committed. */
  forget(): void {
    this.#cached = undefined
  }
}

export async function readSettings(sql: Sql | TransactionSql): Promise<Settings> {
  const rows = await sql<{ name: string; value: unknown }[]>`select name, value from setting`
  const changed = Object.fromEntries(rows.map(({ name, value }) => [name, value]))
  return { ...DEFAULT_SETTINGS, ...changed }
}

export async function writeSettings(transaction: TransactionSql, changes: Partial<Settings>): Promise<void> {
  for (const [name, value] of Object.entries(changes)) {
    await transaction`
      insert into setting (name, value) values (${name}, ${transaction.json(value as JSONValue)})
      on conflict (name) do update set value = excluded.value`
  }
}
