import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OperatorProblem } from './operator-problem.ts'
import { readConfig, type Environment } from './read.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reforms-config-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function problemOf(environment: Environment): OperatorProblem {
  try {
    readConfig(environment, false)
  } catch (error) {
    if (error instanceof OperatorProblem) return error
    throw error
  }
  throw new Error('nothing was wrong with it')
}

test('without any variable: localhost, port 3000, the embedded database in ./data', () => {
  expect(readConfig({}, true)).toMatchObject({
    publicUrl: 'http://localhost:3000',
    host: 'localhost',
    port: 3000,
    dataFolder: resolve('data'),
    databaseUrl: undefined,
    password: { memoryMib: 64, passes: 3 },
    tls: undefined,
    trustedProxies: [],
    metrics: { host: '127.0.0.1', port: 9090, isDefault: true },
    log: { level: 'info', format: 'pretty' },
    limits: {},
  })
})

test('what is set is used; an empty variable is one that is not set', () => {
  const config = readConfig(
    {
      REFORMS_URL: 'https://chat.example.org',
      REFORMS_PORT: '8080',
      REFORMS_HOST: '',
      REFORMS_TRUSTED_PROXIES: '10.0.0.1, 192.168.0.0/16',
      REFORMS_LIMIT_TURN_MS: '500',
    },
    false,
  )
  expect(config).toMatchObject({
    publicUrl: 'https://chat.example.org',
    port: 8080,
    host: 'localhost',
    trustedProxies: ['10.0.0.1', '192.168.0.0/16'],
    log: { format: 'json' },
    limits: { turnMs: 500 },
  })
})

test.each([
  ['REFORMS_PORT', '70000', '1 to 65535'],
  ['REFORMS_PORT', '80 80', '1 to 65535'],
  ['REFORMS_METRICS_PORT', '-1', '0 for none'],
  ['REFORMS_URL', 'chat.example.org', 'https://chat.example.org'],
  ['REFORMS_URL', 'https://chat.example.org/path', 'without a path'],
  ['REFORMS_LOG_LEVEL', 'loud', 'fatal, error, warn'],
  ['REFORMS_LOG_FORMAT', 'xml', 'pretty'],
  ['REFORMS_TRUSTED_PROXIES', 'proxy.example.org', '10.0.0.5'],
  ['REFORMS_DATABASE_CONNECTIONS', '1', '2 to 1000'],
  ['REFORMS_PASSWORD_MEMORY', '18', '19 to 1024'],
  ['REFORMS_PASSWORD_PASSES', '1', '2 to 20'],
  ['REFORMS_LIMIT_VAULT_RECORDS', 'many', 'whole number'],
  ['REFORMS_TLS_CERT', '/no/such/file', 'ENOENT'],
])('%s=%s is refused: the variable, what was found, what it should be', (variable, value, expected) => {
  const problem = problemOf({ [variable]: value })
  expect(problem.exitCode).toBe(2)
  expect(problem.message).toContain(variable)
  expect(problem.message).toContain(value)
  expect(problem.message).toContain(expected)
})

test('everything that is wrong is said at once', () => {
  const problem = problemOf({ REFORMS_PORT: 'x', REFORMS_LOG_LEVEL: 'y' })
  expect(problem.message.split('\n')).toHaveLength(2)
})

test('a password in DATABASE_URL is never shown', () => {
  expect(problemOf({ DATABASE_URL: 'mysql://root:hunter2@host' }).message).not.toContain('hunter2')
})

test('a certificate without its key, and a file that is none, are refused', () => {
  const file = join(folder, 'cert.pem')
  writeFileSync(file, 'not a certificate')
  const { message } = problemOf({ REFORMS_TLS_CERT: file })
  expect(message).toContain('REFORMS_TLS_KEY is not set')
  expect(message).toContain('PEM')
})

test('a certificate that cannot be used with its key is refused at the start', () => {
  const file = join(folder, 'pair.pem')
  writeFileSync(file, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
  const { message } = problemOf({ REFORMS_TLS_CERT: file, REFORMS_TLS_KEY: file })
  expect(message).toContain('cannot be used')
})
