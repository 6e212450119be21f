/** Another project's server as a child process: with a folder of its own, on a free port, with as many files as it may have. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const READY_MS = 240_000
const POLL_MS = 50
const STOP_MS = 10_000
/**
 * How many may wait to be accepted, for each server that lets it be set, as with ours and the bare fan-out. ejabberd's own 5 are too
 * few for hundreds who come at once: the kernel leaves most of them hanging, and resets them after minutes.
 */
export const ACCEPT_BACKLOG = 4096
/** As many files as the machine lets it have: a socket is one. */
const WITH_FILES = 'ulimit -n "$(ulimit -Hn)"; exec "$0" "$@"'

/** The first of these programs that is there. */
export function findProgram(...places: string[]): string | undefined {
  return places.find(existsSync)
}

/** Whether one of these folders has something of such a name: a library whose name carries its version. */
export function hasLibrary(name: RegExp, ...folders: string[]): boolean {
  return folders.filter(existsSync).some((folder) => readdirSync(folder).some((each) => name.test(each)))
}

export async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  listener.close()
  await once(listener, 'close')
  return port
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

export class PeerProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'reforms-peer-'))
  #child: ChildProcess | undefined
  #again: () => Promise<void> = () => Promise.resolve()

  get pid(): number {
    return this.#child!.pid!
  }

  /** Until its port answers. */
  async start(
    command: readonly string[],
    port: number,
    env: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    this.#again = () => this.start(command, port, env)
    const output = join(this.folder, 'output')
    const file = openSync(output, 'a')
    const child = spawn('sh', ['-c', WITH_FILES, ...command], {
      cwd: this.folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', file, file],
    })
    this.#child = child
    process.once('exit', () => void child.kill('SIGKILL'))
    for (const deadline = Date.now() + READY_MS; !(await answers(port)); await sleep(POLL_MS)) {
      if (child.exitCode === null && Date.now() < deadline) continue
      throw new Error(`${command[0]} did not start:\n${readFileSync(output, 'utf8')}`)
    }
  }

  async restart(): Promise<void> {
    await this.#end('SIGKILL')
    await this.#again()
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await ended
    clearTimeout(timer)
  }
}
