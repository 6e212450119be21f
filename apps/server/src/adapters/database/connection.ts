/** Connections to PostgreSQL, the operator's own or the embedded one, and what their errors mean to a caller. */
import postgres, { type Options, type Sql } from 'postgres'
import { forgetCallers } from './caller-memory.ts'
import type { SocketAddress } from './supervisor.ts'

export type DatabaseAddress = { readonly url: string } | (SocketAddress & { readonly database: string })

export interface ConnectionSettings {
  /** Shown in pg_stat_activity: which of our programs it is. */
  readonly name: string
  readonly connections: number
  /** A statement that takes longer is cancelled; 0: never. */
  readonly statementTimeoutMs: number
}

const CONNECT_TIMEOUT_S = 10
const IDLE_TIMEOUT_S = 300

/** Connects lazily: the first query opens the first connection, and lost ones are opened again. */
export function connect(address: DatabaseAddress, settings: ConnectionSettings): Sql {
  const options: Options<Record<string, never>> = {
    max: settings.connections,
    idle_timeout: IDLE_TIMEOUT_S,
    connect_timeout: CONNECT_TIMEOUT_S,
    backoff: (tries: number) => Math.min(0.05 * 2 ** tries, 1),
    onnotice: () => undefined,
    connection: { application_name: settings.name, statement_timeout: settings.statementTimeoutMs },
  }
  const sql = 'url' in address ? postgres(address.url, options) : postgres({ ...options, ...address })
  forgetCallers(sql)
  return sql
}

/** Codes of postgres.js, of sockets, and of PostgreSQL's classes 08 (connection), 53 (resources) and 57P (shutdown). */
const UNAVAILABLE_CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
])

/** Whether the database did not answer, so that the same request may succeed in a moment ('unavailable' on the wire). */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  return UNAVAILABLE_CODES.has(code) || /^(08|53|57P)...?$/.test(code)
}
