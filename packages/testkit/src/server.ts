/**
 * A real, built server as a child process on a data folder of its own, for tests that drive what ships. Whatever it leaves
 * behind is ended by process id: the server and the embedded PostgreSQL of its data folder, nothing else.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { guard } from './guard.ts'
import { endPostgres, findPostmasterId, sendSignal } from './process.ts'
import { ask } from './trusting.ts'

const PROGRAM = fileURLToPath(new URL('../../../apps/server/dist/reforms.js', import.meta.url))
const READY_TIMEOUT_MS = 60_000
const READY_POLL_MS = 25
const STOP_TIMEOUT_MS = 20_000
/** What it prints once it listens. */
export const RUNNING = /Reforms Messenger \S+ is running[^]*Press Ctrl-C/

export interface ServerOptions {
  /** Environment variables besides those that place it on this machine. */
  readonly env?: Readonly<Record<string, string>>
  /** Served by TLS: files of a certificate for `localhost` that the tests made, and its key. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** A folder that outlives this server; absent: one as a first start leaves it, which `stop` removes. */
  readonly dataFolder?: string
  /** Another than the server that was built last, such as a copy that lies beside another web client. */
  readonly program?: string
}

export interface CommandResult {
  readonly code: number | null
  readonly output: string
}

export interface TestServer {
  /** Where browsers open it; the same after every restart. */
  readonly url: string
  readonly metricsUrl: string
  readonly dataFolder: string
  /** The one-time link that its first start printed. */
  readonly setupLink: string
  /** Of the process that runs now. */
  pid(): number
  postgresPid(): number | undefined
  /** What it has printed so far, all starts together. */
  output(): string
  /** SIGKILL: nothing is drained, nothing is said. The embedded PostgreSQL stays behind, as in truth. */
  kill9(): Promise<void>
  /** SIGTERM, as an operator stops it; gives its exit code. */
  terminate(): Promise<number | null>
  /** Starts it again on the same folder and ports, after `kill9` or `terminate`; returns when it is ready. */
  start(): Promise<void>
  /** Runs the command line on the same folder, such as `admin setup-link`. */
  command(...parameters: string[]): Promise<CommandResult>
  /** Ends everything and removes the folder. Safe to call twice. */
  stop(): Promise<void>
}

export async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  listener.close()
  await once(listener, 'close')
  return port
}

async function isReady(url: string, certificateFile: string | undefined): Promise<boolean> {
  try {
    if (certificateFile === undefined) return (await fetch(`${url}/readyz`)).ok
    return (await ask(`${url}/readyz`, readFileSync(certificateFile, 'utf8'))).status === 200
  } catch {
    return false
  }
}

class ServerProcess {
  readonly url: string
  readonly dataFolder: string
  readonly #env: NodeJS.ProcessEnv
  readonly #program: string
  #child: ChildProcess | undefined
  #output = ''

  constructor(url: string, dataFolder: string, env: NodeJS.ProcessEnv, program: string) {
    this.url = url
    this.dataFolder = dataFolder
    this.#env = env
    this.#program = program
  }

  get output(): string {
    return this.#output
  }

  get pid(): number {
    const pid = this.#child?.pid
    if (pid === undefined) throw new Error('the server does not run')
    return pid
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [this.#program, 'serve'], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    const before = this.#output.length
    const keep = (text: Buffer) => void (this.#output += text.toString())
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const deadline = Date.now() + READY_TIMEOUT_MS
    while (!RUNNING.test(this.#output.slice(before))) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`The server ended with ${child.exitCode ?? child.signalCode}:\n${this.#output}`)
      if (Date.now() > deadline) throw new Error(`The server was not ready in time:\n${this.#output}`)
      await sleep(READY_POLL_MS)
    }
    if (!(await isReady(this.url, this.#env['REFORMS_TLS_CERT'])))
      throw new Error(`The server runs, but is not ready:\n${this.#output}`)
  }

  /** Sends a signal and waits for the end; `null` when a signal ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null
    const ended = once(child, 'exit') as Promise<[number | null]>
    sendSignal(child.pid, signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    const [code] = await ended
    clearTimeout(timer)
    return code
  }

  /** What is left when nobody waits any more: synchronous, for the end of the test process. */
  endNow(): void {
    const pid = this.#child?.pid
    if (pid !== undefined && this.#child?.exitCode === null) sendSignal(pid, 'SIGKILL')
    const postgres = findPostmasterId(this.dataFolder)
    if (postgres !== undefined) sendSignal(postgres, 'SIGQUIT')
  }

  async command(parameters: string[]): Promise<CommandResult> {
    const child = spawn(process.execPath, [this.#program, ...parameters], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const pipe of [child.stdout, child.stderr])
      pipe.on('data', (text: Buffer) => (output += text.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, output }
  }
}

function environment(options: ServerOptions, place: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(REFORMS_|DATABASE_URL$|VITEST)/.test(name),
  )
  return {
    ...Object.fromEntries(inherited),
    NODE_ENV: 'production',
    REFORMS_LOG_FORMAT: 'json',
    ...place,
    ...(options.tls
      ? { REFORMS_TLS_CERT: options.tls.cert, REFORMS_TLS_KEY: options.tls.key, REFORMS_HOST: 'localhost' }
      : {}),
    ...options.env,
  }
}

/** A new data folder: a copy of the one that the suite's setup prepared, with its owners and modes, or an empty one. */
function newDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'reforms-test-'))
  const prepared = process.env['REFORMS_TEST_PREPARED']
  if (prepared !== undefined) execFileSync('cp', ['-a', `${prepared}/.`, folder])
  return folder
}

/** The link in what the first start printed, or undefined. */
function setupLinkIn(output: string): string | undefined {
  return /https?:\/\/\S+\/#\/join\/[A-Za-z0-9_-]+/.exec(output)?.[0]
}

/** Starts a server and waits until it is ready. Call `stop` in the end, whatever happened. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const dataFolder = options.dataFolder ?? newDataFolder()
  const [port, metricsPort] = await Promise.all([freePort(), freePort()])
  const url = `${options.tls ? 'https' : 'http'}://localhost:${port}`
  const place = { REFORMS_DATA: dataFolder, REFORMS_PORT: `${port}`, REFORMS_METRICS_PORT: `${metricsPort}` }
  const server = new ServerProcess(url, dataFolder, environment(options, place), options.program ?? PROGRAM)
  const lastResort = () => server.endNow()
  process.once('exit', lastResort)
  const guardian = options.dataFolder === undefined ? guard(dataFolder, dataFolder) : undefined
  let stopped = false
  const stop = async () => {
    if (stopped) return
    stopped = true
    await server.end('SIGTERM')
    await endPostgres(dataFolder)
    process.off('exit', lastResort)
    guardian?.kill()
    if (options.dataFolder === undefined) rmSync(dataFolder, { recursive: true, force: true })
  }
  try {
    await server.start()
  } catch (problem) {
    await stop()
    throw problem
  }
  return {
    url,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    dataFolder,
    setupLink: setupLinkIn(server.output) ?? '',
    pid: () => server.pid,
    postgresPid: () => findPostmasterId(dataFolder),
    output: () => server.output,
    kill9: async () => void (await server.end('SIGKILL')),
    terminate: () => server.end('SIGTERM'),
    start: () => server.start(),
    command: (...parameters) => server.command(parameters),
    stop,
  }
}
