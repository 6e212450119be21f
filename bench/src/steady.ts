/**
 * Whether anything grows: `npm run bench -- steady`. Half of what the server can carry, for BENCH_MINUTES (5; 60 by hand): memory and
 * latency of each half minute, and how the last third compares with the first. Ends with 1 where either grew by over a quarter, or
 * anything was not delivered. `npm run soak -- steady` keeps what came of it.
 */
import { Load } from './compare/load.ts'
import { measure, type Measured } from './compare/measured.ts'
import { startReforms } from './compare/reforms.ts'
import { CONNECTING_AT_ONCE, size } from './compare/sizes.ts'
import { spreadOf } from './compare/summary.ts'
import { describeMachine } from './figures.ts'

const ROOM_SIZE = 50
const PEOPLE = size('STEADY_PEOPLE', 200, 1000)
const MINUTES = size('MINUTES', 5, 60)
const STRETCH_SECONDS = 30
const WARM_UP_SECONDS = 10
const MAXIMUM_SECONDS = 10
const WRITERS = 1
const GROWTH_MAX = 1.25

const { running } = await startReforms({ people: PEOPLE, roomSize: ROOM_SIZE })
const load = new Load()

/** Messages a second that it carries when each writer waits for what it said. */
async function findMaximum(): Promise<number> {
  await load.obey({ order: 'closed', writers: WRITERS, seconds: WARM_UP_SECONDS })
  const { messages, seconds } = await load.obey({
    order: 'closed',
    writers: WRITERS,
    seconds: MAXIMUM_SECONDS,
  })
  return messages / seconds
}

function growthOf(stretches: readonly Measured[], read: (stretch: Measured) => number): number {
  const third = Math.max(1, Math.floor(stretches.length / 3))
  const median = (part: readonly Measured[]) => spreadOf(part.map(read)).median
  return median(stretches.slice(-third)) / median(stretches.slice(0, third))
}

try {
  const { target, crowd } = running
  await load.obey({ order: 'connect', target, crowd, atOnce: CONNECTING_AT_ONCE, who: 'everybody' })
  const maximum = await findMaximum()
  const perSecond = Math.round(maximum / 2)
  process.stdout.write(
    `${describeMachine()}; ${PEOPLE} people; ${Math.round(maximum)} messages/s at most, so ${perSecond} for ${MINUTES} minutes\n`,
  )
  const stretches: Measured[] = []
  for (let done = 0; done < (MINUTES * 60) / STRETCH_SECONDS; done += 1) {
    const stretch = await measure(running, load, { order: 'open', perSecond, seconds: STRETCH_SECONDS })
    stretches.push(stretch)
    const { latency, serverMemory, serverCpu, delivered, expected } = stretch
    const figures = `p50 ${latency.p50.toFixed(1)} p99 ${latency.p99.toFixed(1)} ms, ${Math.round(serverMemory.rss / 1024)} MiB`
    process.stdout.write(
      `${figures}, ${serverCpu.toFixed(1)} µs each, ${expected - delivered} not delivered\n`,
    )
  }
  const memory = growthOf(stretches, ({ serverMemory }) => serverMemory.rss)
  const latency = growthOf(stretches, ({ latency: { p50 } }) => p50)
  const lost = stretches.reduce((sum, { delivered, expected }) => sum + expected - delivered, 0)
  process.stdout.write(
    `${perSecond} messages/s; last third beside the first: memory ${memory.toFixed(2)}, latency ${latency.toFixed(2)} times; ${lost} not delivered\n`,
  )
  process.exitCode = Math.max(memory, latency) > GROWTH_MAX || lost > 0 ? 1 : 0
} finally {
  await load.end()
  await running.stop()
}
