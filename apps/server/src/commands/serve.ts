/**
 * `reforms serve`. Order of the start: configuration, data folder, database, migrations, routes, listening. Order of the
 * end: nothing new, sockets told, requests finished, pool closed, PostgreSQL stopped.
 */
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { mkdirSync, readFileSync } from 'node:fs'
import type { Server as HttpsServer } from 'node:https'
import type { Logger } from 'pino'
import { createApp, type App } from '../app.ts'
import { migrateDatabase, openDatabase, type Database } from '../adapters/database/open.ts'
import { createLog } from '../adapters/log.ts'
import { serveMetrics } from '../adapters/metrics.ts'
import { serveClient } from '../adapters/web/client.ts'
import { addHealthRoutes } from '../adapters/web/health.ts'
import type { PolicyOptions } from '../features/policy/index.ts'
import { OperatorProblem } from '../config/operator-problem.ts'
import type { Config, TlsFiles } from '../config/read.ts'
import { VERSION } from '../version.ts'
import { banner } from './banner.ts'
import { StopSignal } from './stop-signal.ts'

/** Uploads that are still running then are cut, and go on later where they stopped. */
const DRAIN_MAX_MS = 20_000

/** Connections that wait to be accepted: after a restart everybody comes back at once. */
const ACCEPT_BACKLOG = 4096

export async function serve(config: Config): Promise<void> {
  const log = createLog(config.log)
  endOnFault(log)
  const stop = new StopSignal(config.tls ? ['SIGINT', 'SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGHUP'])
  const database = await openDatabase(config, 'server', log)
  try {
    const app = await start(config, database, log)
    process.stdout.write(await banner(config, app.services))
    settleDown()
    await stop.requested
    log.info('Stopping: finishing what has begun. Press Ctrl-C again to end at once.')
    await drain(app)
  } finally {
    await database.close()
  }
  log.info('Stopped.')
}

async function start(config: Config, database: Database, log: Logger): Promise<App> {
  for (const name of await migrateDatabase(database.sql)) log.debug(`Ran the migration ${name}.`)
  const blobFolder = join(config.dataFolder, 'blobs')
  mkdirSync(blobFolder, { recursive: true, mode: 0o700 })
  const app = await createApp({
    sql: database.sql,
    log,
    publicUrl: config.publicUrl,
    blobFolder,
    policy: policyOf(config),
    trustedProxies: config.trustedProxies,
    limits: config.limits,
    ...(config.tls ? { tls: readTls(config.tls) } : {}),
  })
  addHealthRoutes(app.fastify, database.sql)
  await serveClient(app.fastify)
  await listen(config, app)
  if (config.tls) reloadOnHangUp(config.tls, app, log)
  await serveMetrics(config.metrics, log)
  return app
}

function policyOf({ password: { memoryMib, passes } }: Config): PolicyOptions {
  return { version: VERSION, passwordCost: { memoryKiB: memoryMib * 1024, passes, lanes: 1 } }
}

function readTls({ cert, key }: TlsFiles): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(cert), key: readFileSync(key) }
}

/** What a function may have done before V8 compiles it. Its own in Node 20 is 132 KB, in later ones less. */
const INTERRUPT_BUDGET_BYTES = 20_000

/**
 * For a process that stays. V8's heap grows as it does by itself, which reforms.ts forbade while the program was loaded; and hot
 * code is compiled sooner than V8 would by itself: else the server of a small team runs slow code for minutes.
 */
function settleDown(): void {
  setFlagsFromString('--semi-space-growth-factor=2')
  setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET_BYTES}`)
}

/** A renewed certificate is used without a restart. A wrong one is not: the old one stays. */
function reloadOnHangUp(files: TlsFiles, app: App, log: Logger): void {
  process.on('SIGHUP', () => {
    try {
      ;(app.fastify.server as unknown as HttpsServer).setSecureContext(readTls(files))
      log.info('Read the TLS certificate again.')
    } catch (error) {
      log.error({ err: error }, 'The TLS certificate could not be read again. The one before stays in use.')
    }
  })
}

const LISTEN_PROBLEMS: Readonly<Record<string, (config: Config) => string>> = {
  EADDRINUSE: ({ port }) =>
    `The port ${port} is in use by another program. Stop that one, or set REFORMS_PORT to a free port.`,
  EACCES: ({ port }) =>
    `This user may not listen on port ${port}. Set REFORMS_PORT to a port from 1024 on, and put a proxy before it.`,
  EADDRNOTAVAIL: ({ host }) => `REFORMS_HOST is "${host}", which is no address of this machine.`,
  ENOTFOUND: ({ host }) => `REFORMS_HOST is "${host}", which is no address of this machine.`,
}

async function listen(config: Config, app: App): Promise<void> {
  try {
    await app.fastify.listen({
      host: config.host,
      port: config.port,
      backlog: ACCEPT_BACKLOG,
      listenTextResolver: (address) => `Listening on ${address}`,
    })
  } catch (error) {
    await app.drain()
    const sentence = LISTEN_PROBLEMS[(error as NodeJS.ErrnoException).code ?? '']
    throw sentence ? new OperatorProblem(sentence(config), 1, error) : error
  }
}

async function drain(app: App): Promise<void> {
  let timer
  const tooLong = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, DRAIN_MAX_MS)
  })
  await Promise.race([app.drain(), tooLong])
  clearTimeout(timer)
}

/** After a fault that nobody caught, nothing can be relied on. PostgreSQL goes on and is taken over at the next start. */
function endOnFault(log: Logger): void {
  const end = (error: unknown) => {
    log.fatal({ err: error }, 'A fault that nothing caught. The server ends.')
    process.exit(1)
  }
  process.on('uncaughtException', end)
  process.on('unhandledRejection', end)
}
