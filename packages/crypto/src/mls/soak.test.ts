/**
 * Random lives of small groups: whatever members do, all agree on tree, secret and epoch, the server follows without a
 * key, and who is out stays out (the checks are in testing-channel.ts). `npm run soak` asks for more seeds, and members.
 */
import { expect, it } from 'vitest'
import { seeded } from '../testing.ts'
import { policyOf } from './group.ts'
import { commitIn, foundChannel, groupOf, joinIn, type TestChannel } from './testing-channel.ts'
import { person, policyWith, type Person } from './testing.ts'

const STEPS = 25
const SEED_COUNT = Number(process.env['REFORMS_SOAK_SEEDS'] ?? 3)
const FIRST_SEED = Number(process.env['REFORMS_SOAK_FIRST_SEED'] ?? 1)
const MAX_MEMBERS = Number(process.env['REFORMS_SOAK_MEMBERS'] ?? 8)
const DEVICES_EACH = 2
/** A life of 8 members takes a few seconds; larger trees are for the long run, which has a limit of its own and shares its machine. */
const SEED_MS = (MAX_MEMBERS > 8 ? 30 : 1) * 60_000

interface Place {
  readonly person: Person
  readonly device: Person['devices'][number]
}

async function places(): Promise<Place[]> {
  // Half as many again as there is room for, so that somebody is always outside.
  const count = Math.ceil((MAX_MEMBERS * 1.5) / DEVICES_EACH)
  const people = await Promise.all(Array.from({ length: count }, (_, n) => person(n + 1, DEVICES_EACH)))
  return people.flatMap((owner) => owner.devices.map((device) => ({ person: owner, device })))
}

interface Soak {
  readonly channel: TestChannel
  readonly all: Place[]
  readonly below: (limit: number) => number
}

function split({ channel, all }: Soak): { inside: Place[]; outside: Place[] } {
  const isIn = ({ device }: Place) => channel.members.has(device.deviceId)
  return { inside: all.filter(isIn), outside: all.filter((place) => !isIn(place)) }
}

function pick({ below }: Soak, from: readonly Place[], count: number): Place[] {
  const rest = [...from]
  return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(below(rest.length), 1)[0]!)
}

async function turn(soak: Soak): Promise<void> {
  const { inside, outside } = split(soak)
  const [by, ...others] = pick(soak, inside, inside.length)
  const leaving = others.slice(0, soak.below(Math.min(3, others.length + 1)))
  const room = MAX_MEMBERS - inside.length + leaving.length
  const adds = pick(soak, outside, Math.min(room, soak.below(4)))
  const policy = { ...policyOf(groupOf(soak.channel, by!.device)), retentionDays: soak.below(1000) }
  await commitIn(soak.channel, by!.device, {
    adds,
    removes: leaving.map(({ device }) => device.deviceId),
    ...(soak.below(4) === 0 ? { policy } : {}),
  })
}

async function step(soak: Soak): Promise<void> {
  const { inside, outside } = split(soak)
  const kind = soak.below(10)
  if (kind < 2 && inside.length < MAX_MEMBERS) await joinIn(soak.channel, pick(soak, outside, 1)[0]!)
  else if (kind < 4) await joinIn(soak.channel, pick(soak, inside, 1)[0]!)
  else if (kind < 6) await commitIn(soak.channel, pick(soak, inside, 1)[0]!.device)
  else await turn(soak)
}

it.each(Array.from({ length: SEED_COUNT }, (_, n) => FIRST_SEED + n))(
  'agrees in every epoch of a random life (seed %i)',
  async (seed) => {
    const random = seeded(seed)
    const all = await places()
    const moderators = all.map(({ device }) => device.identityKey)
    const channel = await foundChannel(all[0]!.device, policyWith({ moderators }))
    const soak: Soak = { channel, all, below: (limit) => random(1)[0]! % limit }
    for (let n = 0; n < STEPS; n += 1) await step(soak)
    expect(channel.members.size).toBeGreaterThan(0)
    expect(channel.departed.length).toBeGreaterThan(0)
  },
  SEED_MS,
)
