/**
 * A program is killed after every single step (a transaction of its database, a call of its server) of what changes a channel's
 * group or an account: each step in a life of its own. Whoever comes again on what was stored goes on, or does it once more;
 * nothing that was acknowledged is lost, everybody reads everybody, and nothing waits for a key that does not come.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../src/index.ts'
import { Lane, type Flow } from './killed/lane.ts'
import { addingSomebody, founding, removingSomebody, renewing } from './killed/committing.ts'
import { foundingAnew } from './killed/founding-anew.ts'
import { joiningByWelcome, joiningExternally } from './killed/joining.ts'
import { restoring, signingUp } from './killed/entering.ts'

/** CI dies in what a commit, a founding and a new device take; the soak in the rest as well, by REFORMS_KILLS_EVERYWHERE=1. */
const ALL = process.env['REFORMS_KILLS_EVERYWHERE'] !== undefined
const LANES = 3
const FLOW_MS = 600_000

let server: TestServer
let lanes: Lane[] = []
let rounds = 0

beforeAll(async () => {
  server = await startServer()
  lanes = await Lane.open(server, LANES)
}, FLOW_MS)
afterAll(async () => {
  await Promise.all(lanes.map((lane) => lane.leave()))
  await server?.stop()
})

/**
 * A life for every step, several at a time, until one ends before its step comes. The names of all steps that were taken: not of the
 * longest life only, in which another member's device may have made the commit.
 */
async function dieEverywhere(flow: Flow): Promise<string[]> {
  let next = 0
  rounds += 1
  const round = rounds
  const taken = new Set<string>()
  let whole = false
  const problems: string[] = []
  const live = async (lane: Lane) => {
    while (!whole) {
      const after = next
      next += 1
      const { died, steps, problem } = await lane.live(flow, after, round)
      if (problem !== undefined) problems.push(`${after} (after ${steps.join(', ')}): ${problem}`)
      for (const step of steps) taken.add(step)
      whole ||= !died
    }
  }
  await Promise.all(lanes.map(live))
  expect(problems).toEqual([])
  return [...taken]
}

describe('EPO-9, ENG-4: killed after any step of', () => {
  it(
    'founding a channel',
    async () => {
      expect(await dieEverywhere(founding)).toContain('channel.create')
    },
    FLOW_MS,
  )
  it(
    'adding somebody',
    async () => {
      const steps = await dieEverywhere(addingSomebody)
      for (const step of ['channel.add', 'turn.take', 'log.commit']) expect(steps).toContain(step)
    },
    FLOW_MS,
  )
  it.runIf(ALL)(
    'removing somebody',
    async () => {
      const steps = await dieEverywhere(removingSomebody)
      for (const step of ['turn.take', 'log.commit']) expect(steps).toContain(step)
    },
    FLOW_MS,
  )
  it.runIf(ALL)(
    'renewing an epoch',
    async () => {
      const steps = await dieEverywhere(renewing)
      for (const step of ['turn.take', 'log.commit', 'log.append']) expect(steps).toContain(step)
    },
    FLOW_MS,
  )
  it.runIf(ALL)(
    'founding the next generation',
    async () => {
      const steps = await dieEverywhere(foundingAnew)
      for (const step of ['log.found', 'channel.remove', 'turn.take', 'log.commit'])
        expect(steps).toContain(step)
    },
    FLOW_MS,
  )
  it.runIf(ALL)(
    'joining by a Welcome',
    async () => {
      expect(await dieEverywhere(joiningByWelcome)).toContain('mailbox.read')
    },
    FLOW_MS,
  )
  it.runIf(ALL)(
    'joining a public channel where nobody is about',
    async () => {
      const steps = await dieEverywhere(joiningExternally)
      for (const step of ['channel.join', 'group.read', 'log.commit']) expect(steps).toContain(step)
    },
    FLOW_MS,
  )
  it(
    'restoring a device by phrase',
    async () => {
      const steps = await dieEverywhere(restoring)
      for (const step of ['account.update', 'session.bind', 'keyPackage.publish', 'vault.read'])
        expect(steps).toContain(step)
    },
    FLOW_MS,
  )
  it(
    'signing up',
    async () => {
      expect(await dieEverywhere(signingUp)).toContain('user.register')
    },
    FLOW_MS,
  )
})
