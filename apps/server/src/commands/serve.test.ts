/** The program as it is built and started: what somebody sees who runs it. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { isPostmasterOf } from '../adapters/database/process-identity.ts'

const STORY_MS = 90_000
vi.setConfig({ testTimeout: STORY_MS, hookTimeout: STORY_MS })

const program = fileURLToPath(new URL('../../dist/reforms.js', import.meta.url))
const builder = fileURLToPath(new URL('../../../../tools/build.mjs', import.meta.url))

beforeAll(() => {
  execFileSync(process.execPath, [builder, 'server'])
})

let folder: string
let port: number
const started: ChildProcess[] = []
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reforms-serve-'))
  port = await freePort()
})
afterEach(async () => {
  for (const child of started.splice(0)) await stop(child)
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost')
  await once(server, 'listening')
  const { port: free } = server.address() as AddressInfo
  server.close()
  return free
}

function environment(changes: Record<string, string> = {}): NodeJS.ProcessEnv {
  const own = { REFORMS_DATA: join(folder, 'data'), REFORMS_PORT: String(port), REFORMS_METRICS_PORT: '0' }
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], ...own, ...changes }
}

interface Running {
  readonly child: ChildProcess
  readonly said: () => string
}

/** Resolves once the address is printed, or the program has ended. */
async function serve(): Promise<Running> {
  const child = spawn(process.execPath, [program], { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(child)
  let said = ''
  await new Promise<void>((resolve) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('Press Ctrl-C')) resolve()
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', () => resolve())
  })
  return { child, said: () => said }
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  return child.exitCode
}

function command(args: string[], changes: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    env: environment(changes),
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const status = async (path: string) => (await fetch(`http://localhost:${port}${path}`)).status

function postgresRuns(): boolean {
  const file = join(folder, 'data', 'postgres', 'postmaster.pid')
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0
  return pid > 0 && isPostmasterOf(pid, join(folder, 'data', 'postgres'))
}

test('one command: it prints the address and a setup link, answers, works with commands beside it, and stops all', async () => {
  const { child, said } = await serve()
  expect(said()).toContain(`http://localhost:${port}\n`)
  expect(said()).toMatch(/\/#\/join\/[\w-]{43}/)
  expect([await status('/healthz'), await status('/readyz'), await status('/api/server')]).toEqual([
    200, 200, 200,
  ])

  expect(command(['admin', 'setup-link']).stdout).toMatch(/\/#\/join\/[\w-]{43}/)
  expect(command(['admin', 'verify-audit']).stdout).toContain('intact: 2 records.')
  expect(command(['restore', join(folder, 'none')]).stderr).toContain('ENOENT')

  const second = command([])
  expect(second).toMatchObject({ status: 1, stdout: '' })
  expect(second.stderr).toMatch(/Another Reforms server \(process \d+\).*REFORMS_DATA/)

  const elsewhere = command([], { REFORMS_DATA: join(folder, 'elsewhere') })
  expect(elsewhere.status).toBe(1)
  expect(elsewhere.stderr).toMatch(new RegExp(`port ${port} is in use.*REFORMS_PORT`))

  expect(await stop(child)).toBe(0)
  expect(postgresRuns()).toBe(false)
})

test('commands work without a server, and leave nothing running', () => {
  const file = join(folder, 'backup')
  expect(command(['admin', 'list-users']).stdout).toContain('nobody yet')
  expect(command(['backup', file]).stdout).toMatch(/Wrote .*backup/)
  expect(command(['backup', file]).stderr).toContain('--force')
  expect(command(['restore', file])).toMatchObject({ status: 0, stderr: '' })
  expect(command(['admin', 'reset-password', 'ada']).stderr).toContain('no user "ada"')
  expect(command(['admin', 'setup-link']).status).toBe(0)
  expect(command(['admin', 'verify-audit']).stdout).toContain('intact: 1 record.')
  expect(command(['doctor']).stdout).toMatch(/ok +The audit trail is intact: 1 record$/m)
  expect(postgresRuns()).toBe(false)
  expect(existsSync(join(folder, 'data', 'lock'))).toBe(false)
})

test('wrong configuration and wrong usage end it with code 2 and a sentence, without a stack', () => {
  const wrong = command([], { REFORMS_PORT: '99999' })
  expect(wrong.status).toBe(2)
  expect(wrong.stderr).toBe(
    'REFORMS_PORT is "99999"; it should be the port to listen on, a whole number from 1 to 65535.\n',
  )
  for (const args of [['dance'], ['--dance'], ['admin', 'dance'], ['admin', 'set-role', 'ada'], ['backup']]) {
    const { status: code, stderr } = command(args)
    expect([args.join(' '), code]).toEqual([args.join(' '), 2])
    expect(stderr).not.toMatch(/\n\s+at /)
  }
  expect(existsSync(join(folder, 'data'))).toBe(false)
})

/** A folder in which this user may make none: root may everywhere but where the kernel says no. */
function closedFolder(): string {
  if (process.getuid?.() === 0) return '/sys/kernel'
  const closed = join(folder, 'closed')
  mkdirSync(closed, { mode: 0o500 })
  return closed
}

test('a data folder that cannot be written, and a database that does not answer, are named', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  expect(command([], { REFORMS_DATA: file }).stderr).toMatch(
    /file cannot be written \(EEXIST\).*REFORMS_DATA/,
  )
  const closed = join(closedFolder(), 'reforms')
  const refused = command([], { REFORMS_DATA: closed })
  expect(refused).toMatchObject({ status: 1, stdout: '' })
  expect(refused.stderr).toMatch(
    /^The data folder \S+\/reforms cannot be written \((EACCES|EPERM|EROFS)\)\. Give this user .* or set REFORMS_DATA/,
  )
  expect(refused.stderr).toContain(closed)
  const nowhere = command([], { DATABASE_URL: `postgres://u:hunter2@localhost:${port}/x` })
  expect(nowhere.stderr).toMatch(/DATABASE_URL.*ECONNREFUSED/)
  expect(nowhere.stderr).not.toContain('hunter2')
})

/** This build with a migration more, as the next version will have one; gives its program. */
function newerVersion(): string {
  const newer = join(folder, 'newer')
  cpSync(dirname(program), newer, { recursive: true })
  writeFileSync(join(newer, 'migrations', '9999-later.sql'), 'create table later (n int)')
  for (const shared of ['../../package.json', '../../../../node_modules'])
    symlinkSync(fileURLToPath(new URL(shared, import.meta.url)), join(folder, basename(shared)))
  return join(newer, 'reforms.js')
}

test('a database of a newer version is refused in words, by every command', () => {
  const args = ['admin', 'list-users']
  const after = spawnSync(process.execPath, [newerVersion(), ...args], {
    env: environment(),
    encoding: 'utf8',
  })
  expect(after).toMatchObject({ status: 0, stderr: '' })
  const refused = command([])
  expect(refused.status).toBe(1)
  expect(refused.stdout).not.toContain('is running')
  expect(refused.stderr).toMatch(
    /^The database is newer than this program: it has the migration 9999-later\.sql, .* Start the newer version/,
  )
  expect(command(['backup', join(folder, 'backup')])).toMatchObject({ status: 1, stderr: refused.stderr })
  expect(existsSync(join(folder, 'backup'))).toBe(false)
  expect(command(['doctor']).stdout).toMatch(/^problem +The database is newer than this program/m)
  expect(postgresRuns()).toBe(false)
})

test('--help lists every command and every variable; --version says which', () => {
  const { stdout } = command(['--help'])
  for (const name of [
    'serve',
    'admin setup-link',
    'backup',
    'restore',
    'doctor',
    'REFORMS_URL',
    'DATABASE_URL',
  ])
    expect(stdout).toContain(name)
  expect(command(['--version']).stdout).toMatch(/^reforms \d+\.\d+\.\d+/)
})
