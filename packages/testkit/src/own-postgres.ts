/**
 * An operator's own PostgreSQL, as Debian installs it: a cluster of its own for one test, reached by DATABASE_URL. Never the
 * one that may run on this machine.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './server.ts'
import { findNobody } from './system-user.ts'

const INSTALLED = '/usr/lib/postgresql'
const READY_MS = 30_000
const POLL_MS = 50

/** The major versions whose programs are installed, newest first. */
export function installedPostgresMajors(): number[] {
  if (!existsSync(INSTALLED)) return []
  const found = readdirSync(INSTALLED).filter((name) => existsSync(join(INSTALLED, name, 'bin', 'initdb')))
  return found.map(Number).sort((a, b) => b - a)
}

export class OwnPostgres {
  readonly databaseUrl: string
  readonly #folder: string
  readonly #child: ChildProcess
  readonly #lastResort: () => void

  private constructor(databaseUrl: string, folder: string, child: ChildProcess) {
    this.databaseUrl = databaseUrl
    this.#folder = folder
    this.#child = child
    this.#lastResort = () => void child.kill('SIGQUIT')
    process.once('exit', this.#lastResort)
  }

  /** Of its postmaster. */
  get pid(): number {
    return this.#child.pid!
  }

  /** With an empty database and a user that owns no other. PostgreSQL refuses to be root, so root's is nobody's. */
  static async start(major: number): Promise<OwnPostgres> {
    const user = process.getuid?.() === 0 ? findNobody() : undefined
    const place = mkdtempSync(join(tmpdir(), 'reforms-pg-'))
    const [folder, passwordFile] = [join(place, 'cluster'), join(place, 'password')]
    const program = (name: string) => join(INSTALLED, `${major}`, 'bin', name)
    const port = await freePort()
    const password = randomBytes(12).toString('hex')
    mkdirSync(folder, { mode: 0o700 })
    writeFileSync(passwordFile, password)
    if (user) for (const path of [place, folder, passwordFile]) chownSync(path, user.uid, user.gid)
    const options = ['-A', 'scram-sha-256', '-U', 'operator', `--pwfile=${passwordFile}`, '-E', 'UTF8']
    execFileSync(program('initdb'), ['-D', folder, '--locale=C', ...options], { ...user, cwd: '/' })
    const settings = { listen_addresses: '127.0.0.1', port: `${port}`, unix_socket_directories: '' }
    const set = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawn(program('postgres'), ['-D', folder, ...set], { ...user, cwd: '/', stdio: 'ignore' })
    const url = `postgres://operator:${password}@127.0.0.1:${port}/postgres`
    const own = new OwnPostgres(url, place, child)
    await own.#untilItAnswers(port)
    return own
  }

  async stop(): Promise<void> {
    process.off('exit', this.#lastResort)
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit')
      this.#child.kill('SIGINT')
      await ended
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #untilItAnswers(port: number): Promise<void> {
    for (const deadline = Date.now() + READY_MS; !(await answers(port)); await sleep(POLL_MS)) {
      if (this.#child.exitCode === null && Date.now() < deadline) continue
      await this.stop()
      throw new Error('PostgreSQL did not start')
    }
  }
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
