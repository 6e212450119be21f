/** Ends processes by id, and waits until they are gone. Within this package only. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 20

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
