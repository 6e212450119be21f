/**
 * Workloads 2, 3 and 4: rooms of 50, one large room, pairs. At a rising rate (open loop), then as fast as the writers get their own
 * words back (closed loop).
 */
import { size, sizes, SECONDS } from './sizes.ts'
import type { CrowdShape, System } from './system.ts'
import { connectAll, measured, type Stage, type Workload } from './workload.ts'

const ROOM_SIZE = 50
/** Until then V8 compiles what is hot, and a delivery costs our server and the bare fan-out up to half more. */
const WARM_UP_SECONDS = 12
/** Beyond this a system no longer keeps up, and higher rates are not tried. */
const LATE_MS = 2000
/** A room of an XMPP server tells each newcomer to everybody: the square of its size. */
const XMPP_ROOM_MAX = 1000

async function rising(stage: Stage, rates: readonly number[], writers: readonly number[]): Promise<void> {
  const { roomSize } = stage.shape
  stage.keep('connect', await connectAll(stage))
  await stage.load.obey({
    order: 'open',
    perSecond: rates[Math.floor(rates.length / 2)]! / roomSize,
    seconds: WARM_UP_SECONDS,
  })
  for (const rate of rates) {
    const figures = await measured(stage, { order: 'open', perSecond: rate / roomSize, seconds: SECONDS })
    stage.keep(`${rate}/s`, figures)
    if (figures.delivered < figures.expected || figures.latency.p99 > LATE_MS) break
  }
  for (const each of writers) {
    const figures = await measured(stage, { order: 'closed', writers: each, seconds: SECONDS })
    stage.keep(`closed loop, ${each} writing in each room`, figures)
  }
}

function tooLarge({ name }: System, { roomSize }: CrowdShape): string | undefined {
  const isXmpp = /ejabberd|Prosody/.test(name)
  if (!isXmpp || roomSize <= XMPP_ROOM_MAX) return undefined
  return `its rooms tell everybody of everybody who comes: ${roomSize * roomSize} times`
}

export const ROOMS: Workload = {
  number: 2,
  title: 'Rooms of 50, rising rate of deliveries',
  shapes: [{ people: size('ROOMS', 4, 20) * ROOM_SIZE, roomSize: ROOM_SIZE }],
  run: (stage) =>
    rising(stage, sizes('RATES', [2500, 5000, 10_000], [2500, 5000, 10_000, 20_000, 40_000]), [1, 8]),
}

const LARGE = size('LARGE_ROOM', 200, 5000)
export const LARGE_ROOM: Workload = {
  number: 3,
  title: `One room of ${LARGE}`,
  shapes: [{ people: LARGE, roomSize: LARGE }],
  without: tooLarge,
  run: (stage) => rising(stage, sizes('LARGE_RATES', [2500, 5000], [5000, 10_000, 20_000]), [1]),
}

const PAIRS_COUNT = size('PAIRS', 50, 5000)
export const PAIRS: Workload = {
  number: 4,
  title: `${PAIRS_COUNT} pairs (in XMPP rooms of two)`,
  shapes: [{ people: PAIRS_COUNT * 2, roomSize: 2 }],
  run: (stage) => rising(stage, sizes('PAIR_RATES', [100, 200], [200, 400, 800, 1600]), [1]),
}
