/**
 * Everything that can be configured, with its variable, its default and what it is for: the one place. Checked before
 * the server listens (read.ts); `reforms --help` lists it.
 */
import { Type, type Static, type TSchema } from 'typebox'
import { SERVER_LIMITS, type ServerLimits } from '../ports/limits.ts'

export interface Described {
  readonly variable: string
  /** What it is, and what it should look like, completing "it should be …". */
  readonly expected: string
  /** Its value is never shown. */
  readonly secret?: boolean
}

const Port = (minimum: number, meta: Described, standard: number) =>
  Type.Integer({ minimum, maximum: 65_535, default: standard, ...meta })
const Text = (meta: Described, options: Record<string, unknown> = {}) =>
  Type.String({ minLength: 1, maxLength: 4096, ...options, ...meta })

export const ConfigSchema = Type.Object({
  url: Type.Optional(
    Text(
      {
        variable: 'REFORMS_URL',
        expected: 'the address that people open, like https://chat.example.org, without a path',
      },
      { pattern: '^https?://[^/?#@\\s]+$' },
    ),
  ),
  port: Port(
    1,
    { variable: 'REFORMS_PORT', expected: 'the port to listen on, a whole number from 1 to 65535' },
    3000,
  ),
  host: Type.Optional(
    Text({
      variable: 'REFORMS_HOST',
      expected:
        'the address to listen on: localhost (the default without TLS), 0.0.0.0 (all), or one of this machine',
    }),
  ),
  data: Text({ variable: 'REFORMS_DATA', expected: 'the folder for all data' }, { default: './data' }),
  databaseUrl: Type.Optional(
    Text(
      {
        variable: 'DATABASE_URL',
        expected: 'the address of a PostgreSQL database, like postgres://user:password@host:5432/reforms',
        secret: true,
      },
      { pattern: '^postgres(ql)?://' },
    ),
  ),
  databaseConnections: Type.Integer({
    minimum: 2,
    maximum: 1000,
    default: 20,
    variable: 'REFORMS_DATABASE_CONNECTIONS',
    expected: 'how many connections to the database at most, a whole number from 2 to 1000',
  }),
  passwordMemory: Type.Integer({
    minimum: 19,
    maximum: 1024,
    default: 64,
    variable: 'REFORMS_PASSWORD_MEMORY',
    expected: 'the MiB of memory that a guess at a password costs, a whole number from 19 to 1024',
  }),
  passwordPasses: Type.Integer({
    minimum: 2,
    maximum: 20,
    default: 3,
    variable: 'REFORMS_PASSWORD_PASSES',
    expected: 'the passes over that memory, a whole number from 2 to 20',
  }),
  tlsCert: Type.Optional(
    Text({ variable: 'REFORMS_TLS_CERT', expected: 'a file with the TLS certificate chain (PEM)' }),
  ),
  tlsKey: Type.Optional(
    Text({ variable: 'REFORMS_TLS_KEY', expected: 'a file with the TLS private key (PEM)' }),
  ),
  trustedProxies: Text(
    {
      variable: 'REFORMS_TRUSTED_PROXIES',
      expected: 'the addresses or networks of reverse proxies, with commas, like 10.0.0.5,192.168.0.0/16',
    },
    { default: '', minLength: 0, pattern: '^([0-9A-Fa-f:.]+(/[0-9]{1,3})?(\\s*,\\s*)?)*$' },
  ),
  metricsPort: Port(
    0,
    {
      variable: 'REFORMS_METRICS_PORT',
      expected: 'the port for Prometheus, a whole number up to 65535, or 0 for none',
    },
    9090,
  ),
  metricsHost: Text(
    { variable: 'REFORMS_METRICS_HOST', expected: 'the address to serve metrics on' },
    { default: '127.0.0.1' },
  ),
  logLevel: Type.Union(
    [
      Type.Literal('fatal'),
      Type.Literal('error'),
      Type.Literal('warn'),
      Type.Literal('info'),
      Type.Literal('debug'),
      Type.Literal('trace'),
    ],
    {
      default: 'info',
      variable: 'REFORMS_LOG_LEVEL',
      expected: 'fatal, error, warn, info, debug or trace',
    },
  ),
  logFormat: Type.Optional(
    Type.Union([Type.Literal('pretty'), Type.Literal('json')], {
      variable: 'REFORMS_LOG_FORMAT',
      expected: 'pretty (the default in a terminal) or json',
    }),
  ),
})
export type ConfigValues = Static<typeof ConfigSchema>

/** REFORMS_LIMIT_TURN_MS for turnMs, and so on. */
export function limitVariable(name: keyof ServerLimits): string {
  return `REFORMS_LIMIT_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`
}

export const LimitSchema = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

export function limitNames(): (keyof ServerLimits)[] {
  return Object.keys(SERVER_LIMITS) as (keyof ServerLimits)[]
}

/** The description that a property of ConfigSchema carries. */
export function describedBy(schema: TSchema): Described & { readonly default?: unknown } {
  return schema as unknown as Described & { readonly default?: unknown }
}
