/** Half of what the server can carry, for a time: whether memory or latency grows, and whether all is delivered. */
import { Load } from './compare/load.ts'
import { measure, type Measured } from './compare/measured.ts'
import { startReforms } from './compare/reforms.ts'
import { CONNECTING_AT_ONCE } from './compare/sizes.ts'
import { spreadOf } from './compare/summary.ts'

const ROOM_SIZE = 50
const STRETCH_SECONDS = 30
const WARM_UP_SECONDS = 10
const MAXIMUM_SECONDS = 10
const WRITERS = 1
/** More than that is growth. */
export const GROWTH_MAX = 1.25

export interface Steadiness {
  readonly messagesPerSecond: number
  /** The last third beside the first: resident memory by its median. */
  readonly memory: number
  /** Likewise, the p50 of the best half minute: what else a machine does only ever adds. */
  readonly latency: number
  readonly lost: number
}

/** Messages a second that it carries when each writer waits for what it said. */
async function findMaximum(load: Load): Promise<number> {
  await load.obey({ order: 'closed', writers: WRITERS, seconds: WARM_UP_SECONDS })
  const { messages, seconds } = await load.obey({
    order: 'closed',
    writers: WRITERS,
    seconds: MAXIMUM_SECONDS,
  })
  return messages / seconds
}

function growthOf(
  stretches: readonly Measured[],
  read: (stretch: Measured) => number,
  of: 'median' | 'least',
): number {
  const third = Math.max(1, Math.floor(stretches.length / 3))
  const figure = (part: readonly Measured[]) => spreadOf(part.map(read))[of]
  return figure(stretches.slice(-third)) / figure(stretches.slice(0, third))
}

export async function measureSteadiness(
  { people, minutes }: { people: number; minutes: number },
  say: (line: string) => void,
): Promise<Steadiness> {
  const { running } = await startReforms({ people, roomSize: ROOM_SIZE })
  const load = new Load()
  try {
    const { target, crowd } = running
    await load.obey({ order: 'connect', target, crowd, atOnce: CONNECTING_AT_ONCE, who: 'everybody' })
    const maximum = await findMaximum(load)
    const perSecond = Math.round(maximum / 2)
    say(`${people} people; ${Math.round(maximum)} messages/s at most, so ${perSecond} for ${minutes} minutes`)
    const stretches: Measured[] = []
    for (let done = 0; done < (minutes * 60) / STRETCH_SECONDS; done += 1) {
      const stretch = await measure(running, load, { order: 'open', perSecond, seconds: STRETCH_SECONDS })
      stretches.push(stretch)
      const { latency, serverMemory, serverCpu, delivered, expected } = stretch
      const figures = `p50 ${latency.p50.toFixed(1)} p99 ${latency.p99.toFixed(1)} ms, ${Math.round(serverMemory.rss / 1024)} MiB`
      say(`${figures}, ${serverCpu.toFixed(1)} µs each, ${expected - delivered} not delivered`)
    }
    return {
      messagesPerSecond: perSecond,
      memory: growthOf(stretches, ({ serverMemory }) => serverMemory.rss, 'median'),
      latency: growthOf(stretches, ({ latency: { p50 } }) => p50, 'least'),
      lost: stretches.reduce((sum, { delivered, expected }) => sum + expected - delivered, 0),
    }
  } finally {
    await load.end()
    await running.stop()
  }
}

export const wordsOf = ({ messagesPerSecond, memory, latency, lost }: Steadiness) =>
  `${messagesPerSecond} messages/s; last third beside the first: memory ${memory.toFixed(2)}, latency ${latency.toFixed(2)} times; ${lost} not delivered`
