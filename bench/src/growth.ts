/**
 * Whether cost grows straight with work: what a delivery costs the server's processor with 10,000 connections, as a multiple of what
 * it costs with 1,000: `npm run bench -- growth`. Both are loaded by turns, in rooms of 50: with as many deliveries for each
 * connection, with as many altogether, and as fast as the writers get their own words back. BENCH_SECONDS and BENCH_ROUNDS, and
 * BENCH_FEW and BENCH_MANY for the connections.
 */
import { Load } from './compare/load.ts'
import { measure } from './compare/measured.ts'
import { startReforms } from './compare/reforms.ts'
import { CONNECTING_AT_ONCE, ROUNDS, SECONDS, size } from './compare/sizes.ts'
import { spreadOf } from './compare/summary.ts'
import type { Running } from './compare/system.ts'
import { describeMachine } from './figures.ts'
import type { LoadOrder } from './load/load-process.ts'

const ROOM_SIZE = 50
const FEW = size('FEW', 1000, 1000)
const MANY = size('MANY', 10_000, 10_000)
/** Until then V8 compiles what is hot. */
const WARM_UP_SECONDS = 12
const PER_CONNECTION = 0.2

interface Crowd {
  readonly people: number
  readonly running: Running
  readonly load: Load
}

function open(deliveriesPerSecond: number, seconds = SECONDS): LoadOrder {
  return { order: 'open', perSecond: deliveriesPerSecond / ROOM_SIZE, seconds }
}

const LOADS: Record<string, (people: number) => LoadOrder> = {
  [`${PER_CONNECTION} deliveries a second for each connection`]: (people) => open(people * PER_CONNECTION),
  'the same 2,000 deliveries a second': () => open(2000),
  'the same 10,000 deliveries a second': () => open(10_000),
  'one in each room who writes as fast as answered': () => ({
    order: 'closed',
    writers: 1,
    seconds: SECONDS,
  }),
  'eight in each room who write as fast as answered': () => ({
    order: 'closed',
    writers: 8,
    seconds: SECONDS,
  }),
}

async function connect(people: number): Promise<Crowd> {
  const { running } = await startReforms({ people, roomSize: ROOM_SIZE })
  const load = new Load()
  const { target, crowd } = running
  await load.obey({ order: 'connect', target, crowd, atOnce: CONNECTING_AT_ONCE, who: 'everybody' })
  await load.obey(open(10_000, WARM_UP_SECONDS))
  return { people, running, load }
}

/** Microseconds for each delivery; all must have arrived. */
async function costOf({ people, running, load }: Crowd, orderFor: (people: number) => LoadOrder) {
  const { expected, delivered, serverCpu } = await measure(running, load, orderFor(people))
  if (delivered < expected) throw new Error(`${expected - delivered} of ${expected} were not delivered`)
  return serverCpu
}

async function compare(few: Crowd, many: Crowd): Promise<void> {
  for (const [name, orderFor] of Object.entries(LOADS)) {
    const rounds: { few: number; many: number }[] = []
    for (let round = 0; round < ROUNDS; round += 1)
      rounds.push({ few: await costOf(few, orderFor), many: await costOf(many, orderFor) })
    const ratio = spreadOf(rounds.map((costs) => costs.many / costs.few))
    const [atFew, atMany] = [
      spreadOf(rounds.map((costs) => costs.few)),
      spreadOf(rounds.map((costs) => costs.many)),
    ]
    const times = `${ratio.median.toFixed(2)} times (${ratio.least.toFixed(2)} to ${ratio.most.toFixed(2)})`
    process.stdout.write(`${name}: ${atFew.median.toFixed(1)} and ${atMany.median.toFixed(1)} µs: ${times}\n`)
  }
}

process.stdout.write(
  `${describeMachine()}; ${FEW} and ${MANY} connections, ${ROUNDS} rounds of ${SECONDS} s\n`,
)
const crowds: Crowd[] = []
try {
  for (const people of [FEW, MANY]) crowds.push(await connect(people))
  const [few, many] = crowds as [Crowd, Crowd]
  await compare(few, many)
} finally {
  for (const { running, load } of crowds) {
    await load.end()
    await running.stop()
  }
}
