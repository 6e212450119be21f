/**
 * PostgreSQL's running postmaster, seen from its `postmaster.pid`: whether one lives, started by us or by a server that
 * was killed, and how to start and stop it.
 */
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OperatorProblem } from '../../config/operator-problem.ts'
import { withLogFile, type Cluster } from './cluster.ts'
import type { Launcher } from './launcher.ts'
import { isAlive, isPostmasterOf } from './process-identity.ts'

const POLL_MS = 20
const READY_TIMEOUT_MS = 120_000
/** After `kill -9` its backends need a moment to notice and to let go of the shared memory. */
const START_ATTEMPTS = 100
const ATTEMPT_DELAY_MS = 50
const FAST_STOP_MS = 20_000
const LOG_TAIL_LINES = 8

/** Durability is the default of PostgreSQL and stays: fsync, full_page_writes, synchronous_commit. */
const SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  port: '5432',
  max_connections: '100',
  shared_buffers: '64MB',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
  // Statements would carry what users wrote down: names, hashes of tokens.
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
}

interface PostmasterFile {
  readonly pid: number
  readonly socketFolder: string
  readonly ready: boolean
}

/** Lines of postmaster.pid: pid, data folder, start time, port, socket folder, listen address, memory, status. */
function readPostmasterFile(cluster: Cluster): PostmasterFile | undefined {
  try {
    const lines = readFileSync(pidFile(cluster), 'utf8').split('\n')
    const pid = Number(lines[0])
    if (!Number.isInteger(pid) || pid <= 0) return undefined
    return { pid, socketFolder: lines[4] ?? '', ready: lines[7]?.trim() === 'ready' }
  } catch {
    return undefined
  }
}

function pidFile(cluster: Cluster): string {
  return join(cluster.folder, 'postmaster.pid')
}

export interface Postmaster {
  readonly pid: number
  readonly socketFolder: string
  /** Present when this process started it. */
  readonly child?: ChildProcess
}

/** The live postmaster of this cluster, if any. Removes a postmaster.pid whose process is gone or is another program. */
export async function findPostmaster(cluster: Cluster): Promise<Postmaster | undefined> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  for (;;) {
    const file = readPostmasterFile(cluster)
    if (file === undefined || !isPostmasterOf(file.pid, cluster.folder)) break
    if (file.ready) return { pid: file.pid, socketFolder: file.socketFolder }
    if (Date.now() > deadline)
      throw new OperatorProblem(`The embedded PostgreSQL (process ${file.pid}) hangs.`)
    await sleep(POLL_MS)
  }
  rmSync(pidFile(cluster), { force: true })
  return undefined
}

/** Starts one as a detached child, so that it outlives a killed server and can drain after an orderly one. */
export async function startPostmaster(
  cluster: Cluster,
  launcher: Launcher,
  socketFolder: string,
): Promise<Postmaster> {
  for (let attempt = 1; ; attempt++) {
    const child = spawnPostmaster(cluster, launcher, socketFolder)
    if (await becomesReady(cluster, child)) return { pid: child.pid ?? 0, socketFolder, child }
    if (attempt === START_ATTEMPTS) throw doesNotStart(cluster)
    await sleep(ATTEMPT_DELAY_MS)
  }
}

function spawnPostmaster(cluster: Cluster, launcher: Launcher, socketFolder: string): ChildProcess {
  const settings = Object.entries({ ...SETTINGS, unix_socket_directories: socketFolder })
  const args = ['-D', cluster.folder, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const child = withLogFile(cluster.logFile, (log) =>
    launcher.run(launcher.binaries.postgres, args, {
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    }),
  )
  child.on('error', () => undefined)
  child.unref()
  return child
}

async function becomesReady(cluster: Cluster, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  while (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const file = readPostmasterFile(cluster)
    if (file?.pid === child.pid && file.ready) return true
    if (Date.now() > deadline) return false
    await sleep(POLL_MS)
  }
  return false
}

function doesNotStart(cluster: Cluster): OperatorProblem {
  const log = existsSync(cluster.logFile) ? readFileSync(cluster.logFile, 'utf8') : ''
  const tail = log.trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n')
  return new OperatorProblem(
    `The embedded PostgreSQL does not start. The end of ${cluster.logFile}:\n${tail}\n` +
      'If this machine cannot run it, use a PostgreSQL server of your own: set DATABASE_URL.',
  )
}

export function postmasterLives(cluster: Cluster, postmaster: Postmaster): boolean {
  const child = postmaster.child
  if (child) return child.exitCode === null && child.signalCode === null
  return isAlive(postmaster.pid) && isPostmasterOf(postmaster.pid, cluster.folder)
}

/** A fast shutdown (rolls back what is open, writes a checkpoint); an immediate one when that takes too long. */
export async function stopPostmaster(cluster: Cluster, postmaster: Postmaster): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!postmasterLives(cluster, postmaster)) return
    process.kill(postmaster.pid, signal)
    const deadline = Date.now() + FAST_STOP_MS
    while (postmasterLives(cluster, postmaster) && Date.now() < deadline) await sleep(POLL_MS)
  }
}
