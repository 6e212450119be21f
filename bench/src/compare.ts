/**
 * Our server beside others that are known for speed, on this machine, in one run. `npm run bench -- compare`, or with the number of
 * a workload, `npm run bench -- compare 2`.
 */
import { BARE } from './compare/bare.ts'
import { REFORMS } from './compare/reforms.ts'
import { measureRooms } from './compare/rooms.ts'
import { describeMachine } from './figures.ts'

process.stdout.write(`${describeMachine()}\n`)
for (const system of [BARE, REFORMS])
  for (const row of await measureRooms(system)) {
    const { latency, seconds } = row
    const figures = [
      `${Math.round(row.delivered / seconds)}/s`,
      `${row.delivered}/${row.expected}`,
      `p50 ${latency.p50.toFixed(2)} p99 ${latency.p99.toFixed(2)} max ${latency.max.toFixed(1)}`,
      `cpu ${row.serverCpu.toFixed(1)} + ${row.databaseCpu.toFixed(1)} us`,
      `rss ${Math.round(row.serverMemory.rss / 1024)} MiB`,
      JSON.stringify(row.failures),
    ]
    process.stdout.write(`${row.system.padEnd(10)} ${row.load.padEnd(18)} ${figures.join('  ')}\n`)
  }
