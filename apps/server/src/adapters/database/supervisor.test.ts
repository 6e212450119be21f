import { build } from 'esbuild'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Sql } from 'postgres'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { binariesIn, completeInstall, findBinaries } from './binaries.ts'
import { connect, isDatabaseUnavailable } from './connection.ts'
import { embeddedDatabase } from './embedded-database.ts'
import { systemUserLauncher } from './launcher.ts'
import { isPostmasterOf } from './process-identity.ts'
import { EmbeddedPostgres } from './supervisor.ts'

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }
const asRoot = process.getuid?.() === 0

let folder: string
const toStop: (() => Promise<unknown>)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reforms-supervisor-'))
})
afterEach(async () => {
  for (const stop of toStop.splice(0).reverse()) await stop()
  rmSync(folder, { recursive: true, force: true })
})

async function start(dataFolder = folder): Promise<EmbeddedPostgres> {
  const postgres = await EmbeddedPostgres.start(dataFolder, SILENT)
  toStop.push(() => postgres.stop())
  return postgres
}

async function open(postgres: EmbeddedPostgres): Promise<Sql> {
  const address = await embeddedDatabase(postgres.address)
  const sql = connect(address, { name: 'reforms test', connections: 5, statementTimeoutMs: 10_000 })
  toStop.push(() => sql.end({ timeout: 1 }))
  return sql
}

let program: string
beforeAll(async () => {
  program = fileURLToPath(
    new URL('../../../../../node_modules/.cache/reforms/supervisor.mjs', import.meta.url),
  )
  const entry = fileURLToPath(new URL('./testing-process.ts', import.meta.url))
  await build({ entryPoints: [entry], outfile: program, bundle: true, format: 'esm', platform: 'node' })
})

interface Started {
  readonly child: ChildProcess
  readonly pid: number
  readonly adopted: boolean
}

async function startProgram(): Promise<Started> {
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout!, 'data')) as [Buffer]
  return { child, ...(JSON.parse(line.toString()) as { pid: number; adopted: boolean }) }
}

const runs = (pid: number) => isPostmasterOf(pid, join(folder, 'postgres'))

test('after kill -9 of the server its PostgreSQL goes on and the next server takes it over', async () => {
  const first = await startProgram()
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  expect(runs(first.pid)).toBe(true)

  const second = await startProgram()
  expect(second).toMatchObject({ pid: first.pid, adopted: true })
  second.child.kill('SIGTERM')
  await once(second.child, 'exit')
  expect(runs(first.pid)).toBe(false)
})

test('after kill -9 of PostgreSQL it is started again, with what was committed, and the pool goes on', async () => {
  const postgres = await start()
  const sql = await open(postgres)
  await sql`create table kept (n int)`
  await sql`insert into kept values (1)`
  const killed = postgres.pid
  const waiting = sql`select pg_sleep(10)`.catch((error: unknown) => error)
  await sleep(50)
  process.kill(killed, 'SIGKILL')

  expect(isDatabaseUnavailable(await waiting)).toBe(true)
  const rows = await retrying(() => sql`select n from kept`)
  expect(rows).toEqual([{ n: 1 }])
  expect(postgres.pid).not.toBe(killed)
})

async function retrying<T>(query: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + 10_000; ; await sleep(50)) {
    try {
      return await query()
    } catch (error) {
      if (!isDatabaseUnavailable(error) || Date.now() > deadline) throw error
    }
  }
}

test('a postmaster.pid that a crash left behind does not stop the start, even if its number is in use again', async () => {
  await (await start()).stop()
  const stale = [
    process.pid,
    join(folder, 'postgres'),
    1,
    5432,
    join(folder, 'run'),
    '',
    '1 1',
    'ready   ',
    '',
  ]
  writeFileSync(join(folder, 'postgres', 'postmaster.pid'), stale.join('\n'))
  const postgres = await start()
  expect(postgres.adopted).toBe(false)
  expect(await (await open(postgres))`select 1 as one`).toEqual([{ one: 1 }])
})

test('an initdb that was cut off is done again', async () => {
  mkdirSync(join(folder, 'postgres.new', 'cluster'), { recursive: true })
  writeFileSync(join(folder, 'postgres.new', 'cluster', 'PG_VERSION'), '17')
  expect(await (await open(await start()))`select 1 as one`).toEqual([{ one: 1 }])
})

test('a data folder whose path is too long for a socket works, and is found again', async () => {
  const deep = join(folder, 'a-folder-with-a-long-name/'.repeat(6))
  mkdirSync(deep, { recursive: true })
  const first = await start(deep)
  const socketFolder = first.address.host
  toStop.unshift(async () => rmSync(socketFolder, { recursive: true, force: true }))
  expect(statSync(socketFolder).mode & 0o777).toBe(0o700)
  expect(await (await open(first))`select 1 as one`).toEqual([{ one: 1 }])
  await first.stop()
  expect((await start(deep)).address.host).toBe(socketFolder)
})

test('nobody else may enter: the socket’s folder is closed, there is no TCP, and a password is needed', async () => {
  const postgres = await start()
  expect(statSync(postgres.address.host).mode & 0o777).toBe(0o700)
  expect(await (await open(postgres))`show listen_addresses`).toEqual([{ listen_addresses: '' }])
  const address = { ...postgres.address, password: 'wrong', database: 'postgres' }
  const stranger = connect(address, { name: 'stranger', connections: 1, statementTimeoutMs: 1000 })
  await expect(stranger`select 1`).rejects.toMatchObject({ code: '28P01' })
  await stranger.end()
})

test('data of another major version is refused with the way out', async () => {
  await (await start()).stop()
  writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '16\n')
  await expect(start()).rejects.toThrow(/PostgreSQL 16.*reforms backup/s)
})

test.runIf(asRoot)('as root it runs in a folder of mode 700, and its files stay root’s', async () => {
  chmodSync(folder, 0o700)
  const postgres = await start()
  expect(await (await open(postgres))`select 1 as one`).toEqual([{ one: 1 }])
  expect(statSync(join(folder, 'postgres', 'PG_VERSION')).uid).toBe(0)
})

test.runIf(asRoot)(
  'where no user may enter and namespaces are forbidden, the error names DATABASE_URL',
  () => {
    const closed = join(folder, 'data')
    mkdirSync(closed)
    chmodSync(folder, 0o700)
    expect(() => systemUserLauncher(findBinaries(), closed)).toThrow(/DATABASE_URL/)
  },
)

test('what the package’s postinstall would have done is done at the start', () => {
  for (const part of ['bin', 'lib']) mkdirSync(join(folder, 'native', part), { recursive: true })
  const binaries = binariesIn(join(folder, 'native'))
  for (const file of [binaries.initdb, binaries.postgres]) writeFileSync(file, '', { mode: 0o644 })
  writeFileSync(join(folder, 'native', 'lib', 'libpq.so.5.17'), 'library')
  const links = [{ source: 'native/lib/libpq.so.5.17', target: 'native/lib/libpq.so.5' }]
  writeFileSync(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links))
  completeInstall(binaries)
  completeInstall(binaries)
  expect(readFileSync(join(folder, 'native', 'lib', 'libpq.so.5'), 'utf8')).toBe('library')
  expect(statSync(binaries.postgres).mode & 0o111).toBe(0o111)
})
