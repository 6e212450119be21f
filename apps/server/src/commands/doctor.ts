/** `reforms doctor`: looks for what commonly goes wrong, and says what to do. Changes nothing but starting PostgreSQL. */
import { X509Certificate, createPrivateKey } from 'node:crypto'
import { readFileSync, statfsSync } from 'node:fs'
import type { Sql } from 'postgres'
import { checkKnown, loadMigrations } from '../adapters/database/migrations.ts'
import { clientFolder } from '../adapters/web/client.ts'
import { OperatorProblem } from '../config/operator-problem.ts'
import type { Config, TlsFiles } from '../config/read.ts'
import { verifyAudit } from '../features/policy/index.ts'
import { recordCount } from './admin.ts'
import { withDatabase } from './command-database.ts'

type Finding = readonly ['ok' | 'warning' | 'problem', string]

const FREE_SPACE_LOW_BYTES = 1024 ** 3
const CERTIFICATE_SOON_MS = 14 * 24 * 60 * 60 * 1000

export async function doctor(config: Config): Promise<void> {
  const findings = [programFinding(), addressFinding(config), clientFinding()]
  if (config.tls) findings.push(certificateFinding(config.tls))
  findings.push(...(await databaseFindings(config)), spaceFinding(config))
  for (const [verdict, sentence] of findings) process.stdout.write(`${verdict.padEnd(8)} ${sentence}\n`)
  if (findings.some(([verdict]) => verdict === 'problem')) process.exitCode = 1
}

function programFinding(): Finding {
  const major = Number(process.versions.node.split('.')[0])
  const sentence = `Node.js ${process.versions.node}`
  return major >= 22
    ? ['ok', sentence]
    : ['warning', `${sentence}: it is past its end of life. Node.js 24 is advised.`]
}

function addressFinding({ publicUrl }: Config): Finding {
  const { protocol, hostname } = new URL(publicUrl)
  if (protocol === 'https:' || hostname === 'localhost') return ['ok', `People open ${publicUrl}`]
  return [
    'problem',
    `Browsers will not run the client at ${publicUrl}: it has to be https. See REFORMS_TLS_CERT.`,
  ]
}

function clientFinding(): Finding {
  return clientFolder()
    ? ['ok', 'The web client is built']
    : ['problem', 'There is no web client. Run: npm run build']
}

function certificateFinding({ cert, key }: TlsFiles): Finding {
  const certificate = new X509Certificate(readFileSync(cert))
  const until = new Date(certificate.validTo)
  if (!certificate.checkPrivateKey(createPrivateKey(readFileSync(key))))
    return ['problem', 'REFORMS_TLS_KEY is not the key of REFORMS_TLS_CERT.']
  const left = until.getTime() - Date.now()
  const sentence = `The TLS certificate is good until ${until.toISOString().slice(0, 10)}`
  if (left < 0) return ['problem', `${sentence}: it has expired.`]
  return left < CERTIFICATE_SOON_MS ? ['warning', `${sentence}. Renew it.`] : ['ok', sentence]
}

function spaceFinding({ dataFolder }: Config): Finding {
  const { bavail, bsize } = statfsSync(dataFolder)
  const free = bavail * bsize
  const sentence = `${(free / 1e9).toFixed(1)} GB are free in ${dataFolder}`
  return free < FREE_SPACE_LOW_BYTES
    ? ['problem', `${sentence}. Make room: a full disk stops the server.`]
    : ['ok', sentence]
}

async function databaseFindings(config: Config): Promise<Finding[]> {
  try {
    return await withDatabase(config, async ({ sql, besideServer }) => [
      [
        'ok',
        besideServer
          ? 'The server is running on this data folder'
          : 'No server is running on this data folder',
      ],
      await versionFinding(sql, config),
      await durabilityFinding(sql),
      ...(await contentFindings(sql)),
    ])
  } catch (error) {
    if (error instanceof OperatorProblem) return [['problem', error.message]]
    throw error
  }
}

async function versionFinding(sql: Sql, { databaseUrl }: Config): Promise<Finding> {
  const [row] = await sql<{ server_version: string }[]>`show server_version`
  return [
    'ok',
    `PostgreSQL ${row?.server_version ?? ''} (${databaseUrl === undefined ? 'embedded' : 'DATABASE_URL'})`,
  ]
}

/** With these off, an acknowledged message may be lost when the machine fails. */
async function durabilityFinding(sql: Sql): Promise<Finding> {
  const rows = await sql<{ name: string; setting: string }[]>`
    select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')`
  const off = rows.filter(({ setting }) => setting === 'off').map(({ name }) => name)
  if (off.length === 0) return ['ok', 'What is acknowledged is on the disk (fsync)']
  return ['problem', `PostgreSQL may lose acknowledged messages: turn on ${off.join(', ')}.`]
}

async function contentFindings(sql: Sql): Promise<Finding[]> {
  const [found] = await sql<{ name: string | null }[]>`select to_regclass('schema_migration')::text as name`
  if (!found?.name) return [['ok', 'The database is empty: the server has not been started yet']]
  const done = await sql<{ name: string; sha256: string }[]>`select name, sha256 from schema_migration`
  const known = loadMigrations()
  checkKnown(done, known)
  if (done.length < known.length)
    return [['ok', `${known.length - done.length} migrations wait for the next start`]]
  const verdict = await verifyAudit(sql)
  return [
    ['ok', `All ${done.length} migrations have run`],
    verdict.intact
      ? ['ok', `The audit trail is intact: ${recordCount(verdict.records)}`]
      : ['problem', `The audit trail is broken at record ${verdict.brokenAt}: ${verdict.problem}.`],
  ]
}
