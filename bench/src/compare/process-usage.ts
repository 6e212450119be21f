/** What processes use of a Linux machine: processor time from the scheduler's own counts, memory with what is shared divided. */
import { readdirSync, readFileSync } from 'node:fs'

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}

/** The process and all that descend from it. */
export function treeOf(root: number): number[] {
  const children = read(`/proc/${root}/task/${root}/children`)
  const own = children === '' ? childrenOf(root) : children.trim().split(' ').map(Number)
  return [root, ...own.flatMap(treeOf)]
}

/** Where the kernel keeps no list of children: through what each process says of its parent. */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => new RegExp(`^PPid:\\s+${parent}$`, 'm').test(read(`/proc/${pid}/status`)))
}

/** User and system time so far, in microseconds, of all threads that live: to the nanosecond, where `stat` counts in hundredths of a second. */
function microsOf(pid: number): number {
  const threads = read(`/proc/${pid}/schedstat`) === '' ? [] : readdirSync(`/proc/${pid}/task`)
  return threads.reduce((sum, thread) => {
    const [nanos = '0'] = read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')
    return sum + Number(nanos) / 1000
  }, 0)
}

export function cpuMicros(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + microsOf(pid), 0)
}

export interface Memory {
  /** Kibibytes. RSS counts what processes share for each of them, PSS once. */
  readonly rss: number
  readonly pss: number
}

export function memoryOf(pids: readonly number[]): Memory {
  const sum = (field: string) =>
    pids.reduce((total, pid) => {
      const found = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(read(`/proc/${pid}/smaps_rollup`))
      return total + Number(found?.[1] ?? 0)
    }, 0)
  return { rss: sum('Rss'), pss: sum('Pss') }
}
