/**
 * A clean copy of this repository, installed and started as somebody does who has just fetched it: `npm ci`, `npm start`,
 * Ctrl-C. For tests of the install. Ends by id whatever it started, and removes the copy.
 */
import { execFileSync, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { guard } from './guard.ts'
import { endPostgres, findPostmasterId, sendSignalToGroup } from './process.ts'
import { freePort, RUNNING } from './server.ts'
import type { SystemUser } from './system-user.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const READY_MS = 90_000
const STOP_MS = 30_000
const POLL_MS = 50
/** What a login has, and how this machine reaches its packages. The test runner's own variables stay outside. */
const LOGIN =
  /^(PATH|HOME|USER|LANG|LC_\w+|TMPDIR|TERM|CI|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+|(https?|no|all)_proxy|npm_config_(?!local_prefix)\w+)$/i
/** What npm says where the network or the registry is the matter, and not the project. */
const UNREACHABLE =
  /^npm (?:error|ERR!) code (ENOTFOUND|EAI_AGAIN|ECONN\w+|E\w*UNREACH|E\w*TIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED|E40[137]|E429|E5\d\d)$/m

export interface CheckoutOptions {
  /** Who installs and runs it, where that is somebody else than this process. Needs root. */
  readonly user?: SystemUser
  readonly env?: Readonly<Record<string, string>>
}

export interface StartedCheckout {
  readonly url: string
  readonly setupLink: string
  readonly startedInMs: number
  output(): string
  /** Ctrl-C as a terminal sends it: to all that run in the foreground. Returns when `npm start` has ended. */
  interrupt(): Promise<void>
}

/** Packages could not be fetched here, which says nothing about the project. */
export class PackagesUnreachable extends Error {
  override readonly name = 'PackagesUnreachable'
}

export class Checkout {
  /** Holds the copy, and a home for the user; closed to others. */
  readonly #place: string
  readonly #options: CheckoutOptions
  readonly #guardian: ChildProcess
  #started: ChildProcess | undefined

  private constructor(place: string, options: CheckoutOptions) {
    this.#place = place
    this.#options = options
    this.#guardian = guard(this.dataFolder, place)
  }

  /** Copies what git has of this repository, as it stands in the working tree. The folder has mode 700. */
  static copy(options: CheckoutOptions = {}): Checkout {
    const checkout = new Checkout(mkdtempSync(join(tmpdir(), 'reforms-checkout-')), options)
    mkdirSync(checkout.folder, { mode: 0o700 })
    mkdirSync(checkout.#home)
    const names = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
    const present = names.split('\0').filter((name) => name !== '' && existsSync(join(ROOT, name)))
    const tree = execFileSync('tar', ['-c', '--null', '-T', '-'], {
      cwd: ROOT,
      input: present.join('\0'),
      maxBuffer: 1e9,
    })
    execFileSync('tar', ['-x', '--no-same-owner', '-C', checkout.folder], { input: tree })
    if (options.user) checkout.#giveTo(options.user)
    return checkout
  }

  get folder(): string {
    return join(this.#place, 'reforms')
  }

  get dataFolder(): string {
    return join(this.folder, 'data')
  }

  get #home(): string {
    return join(this.#place, 'home')
  }

  /** Throws PackagesUnreachable where that is why it fails. Gives what it said. */
  async install(): Promise<string> {
    const { code, output } = await this.run('npm', ['ci', '--prefer-offline', '--no-progress'])
    if (code === 0) return output
    const reason = UNREACHABLE.exec(output)?.[1]
    if (reason) throw new PackagesUnreachable(`npm ci cannot reach the packages here (${reason})`)
    throw new Error(`npm ci ended with ${code}:\n${output}`)
  }

  /** Runs a program in the copy, as the user. */
  async run(program: string, parameters: string[]): Promise<{ code: number | null; output: string }> {
    const child = spawn(program, parameters, this.#spawnOptions())
    const output = collect(child)
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, output: output() }
  }

  /** `npm start` in the foreground of a terminal of its own, until it says how to stop it. */
  async start(): Promise<StartedCheckout> {
    const [port, metricsPort] = await Promise.all([freePort(), freePort()])
    const ports = { REFORMS_PORT: `${port}`, REFORMS_METRICS_PORT: `${metricsPort}` }
    const began = Date.now()
    const child = spawn('npm', ['start'], { ...this.#spawnOptions(ports), detached: true })
    this.#started = child
    const output = collect(child)
    while (!RUNNING.test(output())) {
      if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}:\n${output()}`)
      if (Date.now() > began + READY_MS) throw new Error(`npm start was not ready in time:\n${output()}`)
      await sleep(POLL_MS)
    }
    return {
      url: `http://localhost:${port}`,
      setupLink: /\S+\/#\/join\/\S+/.exec(output())?.[0] ?? '',
      startedInMs: Date.now() - began,
      output,
      interrupt: () => this.#interrupt(child),
    }
  }

  /** Safe to call twice. */
  async remove(): Promise<void> {
    const pid = this.#started?.pid
    if (pid !== undefined) sendSignalToGroup(pid, 'SIGKILL')
    await endPostgres(this.dataFolder)
    this.#guardian.kill()
    rmSync(this.#place, { recursive: true, force: true, maxRetries: 3 })
  }

  /** The embedded PostgreSQL of this copy, if it runs. */
  postgresPid(): number | undefined {
    return findPostmasterId(this.dataFolder)
  }

  async #interrupt(child: ChildProcess): Promise<void> {
    const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
    sendSignalToGroup(child.pid!, 'SIGINT')
    const tooLong = setTimeout(() => sendSignalToGroup(child.pid!, 'SIGKILL'), STOP_MS)
    const [, signal] = await ended
    clearTimeout(tooLong)
    if (signal === 'SIGKILL') throw new Error(`npm start did not stop within ${STOP_MS} ms`)
  }

  #giveTo({ uid, gid }: SystemUser): void {
    const cache = npmSetting('cache')
    // A user's own cache is of use to that user only.
    if (existsSync(join(cache, '_cacache')))
      execFileSync('cp', ['-r', '--reflink=auto', join(cache, '_cacache'), `${this.#home}/`])
    execFileSync('chown', ['-R', `${uid}:${gid}`, this.#place])
  }

  #spawnOptions(more: Record<string, string> = {}): SpawnOptions {
    const { user, env } = this.#options
    const login = Object.fromEntries(Object.entries(process.env).filter(([name]) => LOGIN.test(name)))
    return {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...login, ...(user ? this.#login() : {}), ...env, ...more },
      ...user,
    }
  }

  /** What differs for somebody else, who can read neither this user's settings nor its cache. */
  #login(): Record<string, string> {
    return {
      HOME: this.#home,
      npm_config_cache: this.#home,
      npm_config_userconfig: join(this.#home, '.npmrc'),
      npm_config_registry: npmSetting('registry'),
    }
  }
}

/** As this machine has it. */
function npmSetting(name: 'cache' | 'registry'): string {
  return execFileSync('npm', ['config', 'get', name, '--loglevel=error'], {
    cwd: tmpdir(),
    encoding: 'utf8',
  }).trim()
}

function collect({ stdout, stderr }: ChildProcess): () => string {
  let output = ''
  for (const pipe of [stdout, stderr]) pipe?.on('data', (text: Buffer) => (output += text.toString()))
  return () => output
}
