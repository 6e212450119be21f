/**
 * What a delivery costs our server's processor, as a multiple of what it costs the bare fan-out of the same run: both are loaded by
 * turns, so that a busy machine makes both dearer alike, and the least of each is compared: whatever else runs only ever adds.
 */
import { BARE } from './bare.ts'
import { Load } from './load.ts'
import { measure } from './measured.ts'
import { REFORMS } from './reforms.ts'
import { spreadOf, type Spread } from './summary.ts'
import type { Running, System } from './system.ts'

const SHAPE = { people: 200, roomSize: 50 }
const CONNECTING_AT_ONCE = 10
/** 10,000 deliveries a second. */
const MESSAGES_PER_SECOND = 200
/** Until then our server's rounds still get cheaper, from one to the next, while V8 compiles what is hot. */
const WARM_UP_SECONDS = 12
const ROUND_SECONDS = 1

interface Loaded {
  readonly running: Running
  readonly load: Load
}

async function connected(system: System): Promise<Loaded> {
  const running = await system.start(SHAPE)
  const load = new Load()
  const { target, crowd } = running
  await load.obey({ order: 'connect', target, crowd, atOnce: CONNECTING_AT_ONCE, who: 'everybody' })
  return { running, load }
}

function warmUp({ load }: Loaded): Promise<unknown> {
  return load.obey({ order: 'open', perSecond: MESSAGES_PER_SECOND, seconds: WARM_UP_SECONDS })
}

/** Microseconds for each delivery; all must have arrived. */
async function costOf({ running, load }: Loaded): Promise<number> {
  const order = { order: 'open', perSecond: MESSAGES_PER_SECOND, seconds: ROUND_SECONDS } as const
  const { expected, delivered, serverCpu } = await measure(running, load, order)
  if (delivered < expected) throw new Error(`${expected - delivered} of ${expected} were not delivered`)
  return serverCpu
}

async function end({ running, load }: Loaded): Promise<void> {
  await load.end()
  await running.stop()
}

export interface CostRatio {
  /** Of the least costs. */
  readonly ratio: number
  /** Microseconds. */
  readonly ours: Spread
  readonly bare: Spread
}

export async function measureCostRatio(rounds: number): Promise<CostRatio> {
  const open: Loaded[] = []
  try {
    const reforms = await connected(REFORMS)
    open.push(reforms)
    const fanOut = await connected(BARE)
    open.push(fanOut)
    await Promise.all(open.map(warmUp))
    const costs: { ours: number; bare: number }[] = []
    for (let round = 0; round < rounds; round += 1)
      costs.push({ ours: await costOf(reforms), bare: await costOf(fanOut) })
    const [ours, bare] = [spreadOf(costs.map((cost) => cost.ours)), spreadOf(costs.map((cost) => cost.bare))]
    return { ratio: ours.least / bare.least, ours, bare }
  } finally {
    for (const each of open) await end(each)
  }
}
