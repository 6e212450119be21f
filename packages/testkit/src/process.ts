/** Ends processes by id, and waits until they are gone. Within this package only. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 20
const STOP_TIMEOUT_MS = 20_000

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** True when it is gone within the time. */
export async function hasEnded(pid: number, withinMs: number): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; isRunning(pid); await sleep(POLL_MS)) {
    if (Date.now() > deadline) return false
  }
  return true
}

export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended already.
  }
}

/** To all processes of a group, whose leader this is. */
export function sendSignalToGroup(leader: number, signal: NodeJS.Signals): void {
  sendSignal(-leader, signal)
}

/** The embedded PostgreSQL of a data folder, if its postmaster runs: the id that postmaster.pid names, checked to be it. */
export function findPostmasterId(dataFolder: string): number | undefined {
  try {
    const cluster = `${dataFolder}/postgres`
    const pid = Number(readFileSync(`${cluster}/postmaster.pid`, 'utf8').split('\n', 1)[0])
    if (!Number.isInteger(pid) || pid <= 1 || !isRunning(pid)) return undefined
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(cluster) ? pid : undefined
  } catch {
    return undefined
  }
}

export async function endPostgres(dataFolder: string): Promise<void> {
  const pid = findPostmasterId(dataFolder)
  if (pid === undefined) return
  sendSignal(pid, 'SIGINT')
  if (!(await hasEnded(pid, STOP_TIMEOUT_MS))) sendSignal(pid, 'SIGQUIT')
}

/** The ids of all that run with this folder, or one in it, as their own or in their command line. */
export function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const words = readProcess(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
      if (words.includes('guardian.mjs')) return false
      return `${words}\0${readProcess(() => readlinkSync(`/proc/${pid}/cwd`))}`.includes(folder)
    })
}

/** What has ended meanwhile, or is another user's, has nothing to say. */
function readProcess(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
