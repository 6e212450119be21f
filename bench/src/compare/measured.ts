/** One stretch of load on one system: what was delivered and how soon, and what it cost the system's processes. */
import type { LoadOrder, LoadReport } from '../load/load-process.ts'
import type { Load } from './load.ts'
import { cpuMicros, memoryOf, type Memory } from './process-usage.ts'
import type { Running } from './system.ts'

export interface Measured extends LoadReport {
  /** Microseconds of user and system time for each delivery. */
  readonly serverCpu: number
  readonly databaseCpu: number
  readonly serverMemory: Memory
}

export async function measure(running: Running, load: Load, order: LoadOrder): Promise<Measured> {
  const [server, database] = [running.serverPids(), running.databasePids()]
  const before = [cpuMicros(server), cpuMicros(database)] as const
  const report = await load.obey(order)
  const after = [cpuMicros(server), cpuMicros(running.databasePids())] as const
  const each = (place: 0 | 1) => (after[place] - before[place]) / Math.max(1, report.delivered)
  return { ...report, serverCpu: each(0), databaseCpu: each(1), serverMemory: memoryOf(server) }
}
