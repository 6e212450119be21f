/**
 * Tells whether a process id that was written down earlier still means the same process. Ids are used again, above all
 * in containers, where everything is process 1: so its start time or its folder is compared too.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync, realpathSync } from 'node:fs'

/** Sends no signal. A process of another user counts as alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** When a process started, as text that only serves comparison; undefined when it does not run. */
export function processStart(pid: number): string | undefined {
  if (process.platform === 'linux') return linuxProcessStart(pid)
  return processListing(pid, 'lstart=')
}

/** Whether a process is the postmaster of this data folder: PostgreSQL makes that its working folder. */
export function isPostmasterOf(pid: number, folder: string): boolean {
  if (process.platform !== 'linux') return processListing(pid, 'command=')?.includes('postgres') ?? false
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' && isAlive(pid)
  }
}

/** Field 22 of /proc/PID/stat, in ticks since the machine started; a zombie does not run any more. */
function linuxProcessStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function processListing(pid: number, column: string): string | undefined {
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', column], { encoding: 'utf8' }).trim() || undefined
  } catch {
    return undefined
  }
}
