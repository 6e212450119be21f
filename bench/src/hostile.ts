/**
 * What some who mean ill do to the rest: `npm run bench -- hostile`. An ordinary load, by turns alone and beside 2,000 sockets that
 * never come to an end, beside one user who writes as fast as the network takes it, and beside members who never read. The p99 of
 * the others, as a multiple of that of the stretches before and after, and the server's memory. BENCH_HOSTILE_PEOPLE for the crowd,
 * BENCH_LORIS for the sockets.
 */
import { once } from 'node:events'
import { Load } from './compare/load.ts'
import { measure, type Measured } from './compare/measured.ts'
import { startReforms } from './compare/reforms.ts'
import { CONNECTING_AT_ONCE, ROUNDS, SECONDS, size } from './compare/sizes.ts'
import { spreadOf } from './compare/summary.ts'
import type { Running } from './compare/system.ts'
import { endProcess, startTypescript } from './compare/typescript-process.ts'
import { describeMachine } from './figures.ts'
import type { Attack } from './load/attackers.ts'

const ROOM_SIZE = 50
const PEOPLE = size('HOSTILE_PEOPLE', 200, 1000)
const LORIS = size('LORIS', 2000, 2000)
const DEAF = 20
/** 200 deliveries a second for each 1,000, and at least enough of them for a percentile. */
const MESSAGES_PER_SECOND = Math.max(20, (PEOPLE * 0.2) / ROOM_SIZE)
const WARM_UP_SECONDS = 10
/** What attackers have opened, and memory that was asked for. */
const SETTLE_MS = 2000

/** What a server has by default: the crowd is let in without limits, since one address stands for all of it. */
const LIMITS = {
  REFORMS_LIMIT_SESSION_REQUESTS_PER_SECOND: '100',
  REFORMS_LIMIT_SESSION_REQUESTS_AT_ONCE: '1000',
  REFORMS_LIMIT_APPENDS_PER_SECOND: '50',
  REFORMS_LIMIT_APPENDS_AT_ONCE: '500',
}

class Attackers {
  readonly #child = startTypescript(new URL('load/attackers.ts', import.meta.url))

  async obey(attack: Attack): Promise<void> {
    this.#child.send(attack)
    await once(this.#child, 'message')
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  }

  end(): Promise<void> {
    return endProcess(this.#child)
  }
}

function attacksOn({ target, crowd }: Running): Record<string, Attack> {
  const members = crowd.rooms[0]!.members
  return {
    [`beside ${LORIS} sockets that never end`]: { attack: 'loris', target, sockets: LORIS },
    // Who says nothing else meanwhile: what is measured is how the others fare, and theirs waits for its own rate (GW-10).
    'beside one who writes without end': { attack: 'flood', target, crowd, person: members.at(-1)! },
    [`beside ${DEAF} members who never read`]: {
      attack: 'deaf',
      target,
      crowd,
      people: members.slice(0, DEAF),
    },
  }
}

interface Round {
  readonly alone: number
  readonly beside: number
  readonly lost: number
  readonly rssMib: number
}

function say(name: string, rounds: readonly Round[]): void {
  const ratio = spreadOf(rounds.map(({ alone, beside }) => beside / alone))
  const [alone, beside] = [
    spreadOf(rounds.map((each) => each.alone)),
    spreadOf(rounds.map((each) => each.beside)),
  ]
  const lost = rounds.reduce((sum, each) => sum + each.lost, 0)
  const rss = Math.max(...rounds.map(({ rssMib }) => rssMib))
  const factor = `${ratio.median.toFixed(2)} times (${ratio.least.toFixed(2)} to ${ratio.most.toFixed(2)})`
  const times = `p99 ${alone.median.toFixed(1)} ms alone, ${beside.median.toFixed(1)} ms`
  process.stdout.write(`${name}: ${times}: ${factor}; ${lost} not delivered; server ${rss} MiB\n`)
}

const { running } = await startReforms({ people: PEOPLE, roomSize: ROOM_SIZE }, LIMITS)
const [load, attackers] = [new Load(), new Attackers()]
process.stdout.write(
  `${describeMachine()}; ${PEOPLE} people in rooms of ${ROOM_SIZE}, ${MESSAGES_PER_SECOND} messages/s\n`,
)
const stretch = (seconds: number): Promise<Measured> =>
  measure(running, load, { order: 'open', perSecond: MESSAGES_PER_SECOND, seconds })

async function round(attack: Attack): Promise<Round> {
  const before = await stretch(SECONDS)
  await attackers.obey(attack)
  const during = await stretch(SECONDS)
  await attackers.obey({ attack: 'none' })
  const after = await stretch(SECONDS)
  return {
    alone: (before.latency.p99 + after.latency.p99) / 2,
    beside: during.latency.p99,
    lost: during.expected - during.delivered,
    rssMib: Math.round(during.serverMemory.rss / 1024),
  }
}

try {
  const { target, crowd } = running
  await load.obey({ order: 'connect', target, crowd, atOnce: CONNECTING_AT_ONCE, who: 'everybody' })
  await stretch(WARM_UP_SECONDS)
  for (const [name, attack] of Object.entries(attacksOn(running))) {
    const rounds: Round[] = []
    for (let done = 0; done < ROUNDS; done += 1) rounds.push(await round(attack))
    say(name, rounds)
  }
} finally {
  await attackers.end()
  await load.end()
  await running.stop()
}
