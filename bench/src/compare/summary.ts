/** Rounds of the same load on the same system, put together: medians, with the range where they differ. */
import type { Row } from './workload.ts'

export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

export interface Summary {
  readonly workload: number
  readonly people: number
  readonly system: string
  readonly load: string
  readonly perSecond: Spread
  readonly lost: number
  readonly p50: Spread
  readonly p95: Spread
  readonly p99: Spread
  readonly max: Spread
  readonly serverCpu: Spread
  readonly databaseCpu: Spread
  /** MiB. */
  readonly rss: Spread
  readonly pss: Spread
  readonly seconds: Spread
  /** KiB. */
  readonly memoryEach: Spread | undefined
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2
  return { median, least: sorted[0]!, most: sorted.at(-1)! }
}

function summaryOf(rows: readonly Row[]): Summary {
  const [{ workload, people, system, load }] = rows as [Row]
  const spread = (read: (row: Row) => number) => spreadOf(rows.map(read))
  const each = rows.flatMap(({ memoryEach }) => memoryEach ?? [])
  return {
    workload,
    people,
    system,
    load,
    perSecond: spread((row) => row.delivered / row.seconds),
    lost: rows.reduce((sum, row) => sum + row.expected - row.delivered, 0),
    p50: spread(({ latency }) => latency.p50),
    p95: spread(({ latency }) => latency.p95),
    p99: spread(({ latency }) => latency.p99),
    max: spread(({ latency }) => latency.max),
    serverCpu: spread((row) => row.serverCpu),
    databaseCpu: spread((row) => row.databaseCpu),
    rss: spread((row) => row.serverMemory.rss / 1024),
    pss: spread((row) => row.serverMemory.pss / 1024),
    seconds: spread((row) => row.seconds),
    memoryEach: each.length > 0 ? spreadOf(each) : undefined,
  }
}

/** In the order in which they first came. */
export function summarise(rows: readonly Row[]): Summary[] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const name = [row.workload, row.people, row.system, row.load].join('|')
    groups.set(name, [...(groups.get(name) ?? []), row])
  }
  return [...groups.values()].map(summaryOf)
}
