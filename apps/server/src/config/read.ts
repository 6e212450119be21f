/**
 * Reads the configuration from environment variables, checks it as a whole and says everything that is wrong at once:
 * the variable, what was found, what it should be. Nothing else reads the environment.
 */
import { readFileSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import type { ServerLimits } from '../ports/limits.ts'
import { OperatorProblem } from './operator-problem.ts'
import {
  ConfigSchema,
  describedBy,
  limitNames,
  LimitSchema,
  limitVariable,
  type ConfigValues,
} from './schema.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface Config {
  /** Where people reach this server, without a slash at the end. */
  readonly publicUrl: string
  readonly host: string
  readonly port: number
  /** Absolute. */
  readonly dataFolder: string
  /** Absent: the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined
  readonly databaseConnections: number
  /** What a new password's hash costs. */
  readonly password: { readonly memoryMib: number; readonly passes: number }
  readonly tls: TlsFiles | undefined
  readonly trustedProxies: readonly string[]
  readonly metrics: { readonly host: string; readonly port: number; readonly isDefault: boolean }
  readonly log: { readonly level: ConfigValues['logLevel']; readonly format: 'pretty' | 'json' }
  readonly limits: Partial<ServerLimits>
}

export interface TlsFiles {
  readonly cert: string
  readonly key: string
}

/** Throws OperatorProblem (exit code 2) that lists every fault. */
export function readConfig(environment: Environment, terminal: boolean): Config {
  const faults: string[] = []
  const values = readValues(environment, faults)
  const limits = readLimits(environment, faults)
  checkTls(values, faults)
  if (faults.length > 0) throw new OperatorProblem(faults.join('\n'), 2)
  return compose(values as ConfigValues, limits, environment, terminal)
}

function readValues(environment: Environment, faults: string[]): Partial<ConfigValues> {
  const entries = Object.entries(ConfigSchema.properties as Record<string, TSchema>).map(([key, schema]) => {
    const { variable, expected, secret, default: standard } = describedBy(schema)
    const found = environment[variable]?.trim()
    if (found === undefined || found === '') return [key, standard]
    const value = convert(schema, found)
    if (!Value.Check(schema, value))
      faults.push(fault(variable, secret ? '(not shown)' : `"${found}"`, expected))
    return [key, value]
  })
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Partial<ConfigValues>
}

function readLimits(environment: Environment, faults: string[]): Partial<ServerLimits> {
  const limits: Partial<ServerLimits> = {}
  for (const name of limitNames()) {
    const found = environment[limitVariable(name)]?.trim()
    if (found === undefined || found === '') continue
    const value = Number(found)
    if (Value.Check(LimitSchema, value)) limits[name] = value
    else faults.push(fault(limitVariable(name), `"${found}"`, 'a limit, a whole number from 1'))
  }
  return limits
}

function fault(variable: string, found: string, expected: string): string {
  return `${variable} is ${found}; it should be ${expected}.`
}

function convert(schema: TSchema, text: string): unknown {
  return (schema as { type?: string }).type === 'integer' && /^\d+$/.test(text) ? Number(text) : text
}

/** Both or neither, and readable now rather than at the first visitor. */
function checkTls({ tlsCert, tlsKey }: Partial<ConfigValues>, faults: string[]): void {
  if (tlsCert && !tlsKey)
    faults.push('REFORMS_TLS_KEY is not set; it should be the key file of REFORMS_TLS_CERT.')
  if (tlsKey && !tlsCert)
    faults.push('REFORMS_TLS_CERT is not set; it should be the certificate of REFORMS_TLS_KEY.')
  for (const [variable, file] of [
    ['REFORMS_TLS_CERT', tlsCert],
    ['REFORMS_TLS_KEY', tlsKey],
  ] as const) {
    if (file !== undefined) checkPem(variable, file, faults)
  }
  if (tlsCert && tlsKey && faults.length === 0) checkPair(tlsCert, tlsKey, faults)
}

function checkPair(certFile: string, keyFile: string, faults: string[]): void {
  try {
    createSecureContext({ cert: readFileSync(certFile), key: readFileSync(keyFile) })
  } catch (error) {
    const reason = (error as Error).message
    faults.push(
      `REFORMS_TLS_CERT is "${certFile}" and REFORMS_TLS_KEY is "${keyFile}", which cannot be used (${reason}).`,
    )
  }
}

function checkPem(variable: string, file: string, faults: string[]): void {
  try {
    if (readFileSync(file, 'utf8').includes('-----BEGIN ')) return
    faults.push(`${variable} is "${file}", which is not in PEM form; it should begin with "-----BEGIN".`)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    faults.push(`${variable} is "${file}", which cannot be read (${code}); it should be a readable file.`)
  }
}

function compose(
  values: ConfigValues,
  limits: Partial<ServerLimits>,
  environment: Environment,
  terminal: boolean,
): Config {
  const { tlsCert, tlsKey, port } = values
  const tls = tlsCert !== undefined && tlsKey !== undefined ? { cert: tlsCert, key: tlsKey } : undefined
  return {
    publicUrl: values.url ?? `${tls ? 'https' : 'http'}://localhost:${port}`,
    host: values.host ?? (tls ? '0.0.0.0' : 'localhost'),
    port,
    dataFolder: isAbsolute(values.data) ? values.data : resolve(values.data),
    databaseUrl: values.databaseUrl,
    databaseConnections: values.databaseConnections,
    password: { memoryMib: values.passwordMemory, passes: values.passwordPasses },
    tls,
    trustedProxies: values.trustedProxies.split(',').flatMap((part) => part.trim() || []),
    metrics: {
      host: values.metricsHost,
      port: values.metricsPort,
      isDefault: !environment['REFORMS_METRICS_PORT'],
    },
    log: { level: values.logLevel, format: values.logFormat ?? (terminal ? 'pretty' : 'json') },
    limits,
  }
}
