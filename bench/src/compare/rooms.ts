/** Workload 2: rooms of 50, at a rising rate (open loop), then as fast as their writers get their own words back (closed loop). */
import { Load } from './load.ts'
import { measure, type Measured } from './measured.ts'
import type { System } from './system.ts'

const ROOM_SIZE = 50
const ROOMS = Number(process.env['BENCH_ROOMS'] ?? 4)
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 4)
/** Deliveries a second, all rooms together. */
const RATES = (process.env['BENCH_RATES'] ?? '2500,5000,10000,20000').split(',').map(Number)
const WARM_UP_SECONDS = 2
const CONNECTING_AT_ONCE = 20
/** Beyond this a system no longer keeps up, and higher rates are not tried. */
const LATE_MS = 2000

export interface Row extends Measured {
  readonly system: string
  readonly load: string
}

export async function measureRooms(system: System): Promise<Row[]> {
  const running = await system.start({ people: ROOMS * ROOM_SIZE, roomSize: ROOM_SIZE })
  const load = new Load()
  const rows: Row[] = []
  const keep = (name: string, measured: Measured) =>
    rows.push({ ...measured, system: system.name, load: name })
  try {
    const { target, crowd } = running
    keep(
      'connect',
      await measure(running, load, { order: 'connect', target, crowd, atOnce: CONNECTING_AT_ONCE }),
    )
    await load.obey({ order: 'open', perSecond: RATES[0]! / ROOM_SIZE, seconds: WARM_UP_SECONDS })
    for (const rate of RATES) {
      const order = { order: 'open', perSecond: rate / ROOM_SIZE, seconds: SECONDS } as const
      const measured = await measure(running, load, order)
      keep(`${rate}/s`, measured)
      if (measured.delivered < measured.expected || measured.latency.p99 > LATE_MS) break
    }
    for (const writers of [1, 8])
      keep(
        `closed, ${writers} a room`,
        await measure(running, load, { order: 'closed', writers, seconds: SECONDS }),
      )
    await load.obey({ order: 'close' })
  } finally {
    await load.end()
    await running.stop()
  }
  return rows
}
