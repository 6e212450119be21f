import { decodePublicGroup, followCommit, publicEpoch } from '@reforms/crypto/public'
import type { UserId } from '@reforms/protocol'
import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ServerLimits } from '../../ports/limits.ts'
import { GroupWorkers } from './group-workers.ts'
import { createLargeGroup, type LargeGroup } from './testing-large-group.ts'
import { testWorkerEntry } from './testing-worker-entry.ts'

/** Making a larger one takes its time; `npm run bench -- group` measures up to 1,000 leaves. */
const LARGE = 300
const somebody = () => randomUUID() as UserId
const warnings: string[] = []
const log = { warn: (_facts: object, message: string) => void warnings.push(message) }
let large: LargeGroup
let small: LargeGroup
let begun: GroupWorkers | undefined

beforeAll(async () => {
  small = await createLargeGroup(10)
  large = await createLargeGroup(LARGE)
}, 120_000)

afterEach(() => begun?.stop())

async function workers(limits: Partial<ServerLimits> = {}): Promise<GroupWorkers> {
  begun = new GroupWorkers({ log, limits: { groupWorkers: 1, ...limits }, entry: await testWorkerEntry() })
  return begun
}

/** Node tells of every worker thread that begins. */
async function threadsBegunDuring(step: () => Promise<unknown>): Promise<Worker[]> {
  const threads: Worker[] = []
  const note = (worker: Worker) => void threads.push(worker)
  process.on('worker', note)
  await step().finally(() => process.off('worker', note))
  return threads
}

/** The part of the time in which this thread did something, and how long the step took. */
async function busyDuring(step: () => Promise<unknown>): Promise<{ share: number; ms: number }> {
  const before = performance.eventLoopUtilization()
  const began = performance.now()
  await step()
  const { utilization: share } = performance.eventLoopUtilization(before)
  return { share, ms: performance.now() - began }
}

describe('TURN-7: groups are followed in a worker thread', () => {
  it('which gives what following them here would give', async () => {
    const groups = await workers()
    const { state, ...entry } = small.commit()
    const here = await followCommit(decodePublicGroup(state), entry, entry.now)
    const {
      name,
      committer,
      added,
      removed,
      external,
      state: after,
    } = await groups.follow(small.commit(), somebody())
    expect({ committer, added, removed, external }).toEqual({
      committer: here.committer,
      added: here.added,
      removed: here.removed,
      external: false,
    })
    expect(name).toEqual(publicEpoch(here.group))
    expect(publicEpoch(decodePublicGroup(after))).toEqual(name)
    const opened = await groups.open(small.founding, somebody())
    expect(opened.roster).toHaveLength(10)
  })

  it('and what does not fit is refused, and leaves the state that was there usable', async () => {
    const groups = await workers()
    const bad = small.commit()
    await expect(groups.follow({ ...bad, commit: bad.commit.slice(1) }, somebody())).rejects.toMatchObject({
      code: 'commit-refused',
      detail: { reason: 'malformed' },
    })
    await expect(groups.follow(small.commit(), somebody())).resolves.toMatchObject({ external: false })
  })

  it('while this thread goes on with everything else, however large the group', async () => {
    const groups = await workers()
    await groups.follow(small.commit(), somebody())
    const { state, ...entry } = large.commit()
    const here = await busyDuring(async () => followCommit(decodePublicGroup(state), entry, entry.now))
    const there = await busyDuring(() => groups.follow(large.commit(), somebody()))
    expect(here.share).toBeGreaterThan(0.8)
    expect(there.share).toBeLessThan(0.5)
    expect(there.share * there.ms).toBeLessThan(0.3 * here.share * here.ms)
  })
})

describe('TURN-7: a worker thread that is lost', () => {
  it('costs what it worked on a retry, and nothing else', async () => {
    const groups = await workers()
    const [thread] = await threadsBegunDuring(() => groups.follow(small.commit(), somebody()))
    const lost = groups.follow(large.commit(), somebody())
    const waiting = groups.follow(small.commit(), somebody())
    await thread!.terminate()
    await expect(lost).rejects.toMatchObject({ code: 'unavailable' })
    await expect(waiting).resolves.toMatchObject({ external: false })
  })

  it('while nothing was asked of it is replaced unseen', async () => {
    const groups = await workers()
    const [thread] = await threadsBegunDuring(() => groups.follow(small.commit(), somebody()))
    await thread!.terminate()
    await expect(groups.follow(small.commit(), somebody())).resolves.toMatchObject({ external: false })
  })

  it('because it needed too much memory costs the commit, and not the server', async () => {
    const groups = await workers({ groupWorkerMib: 8 })
    await expect(groups.follow(large.commit(), somebody())).rejects.toMatchObject({
      code: 'commit-refused',
      detail: { reason: 'too-costly' },
    })
  })
})

describe('TURN-7: what one commit may cost', () => {
  it('in time: it is refused, its thread ended, and the next one is followed by a new one', async () => {
    const groups = await workers({ groupJobMs: 1 })
    const threads = await threadsBegunDuring(async () => {
      await expect(groups.follow(large.commit(), somebody())).rejects.toMatchObject({
        code: 'commit-refused',
        detail: { reason: 'too-costly' },
      })
      await groups.open(small.founding, somebody()).catch(() => undefined)
    })
    expect(threads).toHaveLength(2)
    expect(warnings).toContainEqual(expect.stringContaining('longer than 1 ms'))
  })

  it('in room: who comes when too much waits is told to come again, and one user cannot take all of it', async () => {
    const groups = await workers({ groupJobsWaiting: 3, groupJobsWaitingPerUser: 2 })
    const greedy = somebody()
    const mine = [1, 2, 3, 4].map(() => groups.follow(small.commit(), greedy))
    const others = [1, 2].map(() => groups.follow(small.commit(), somebody()))
    const outcomes = await Promise.allSettled([...mine, ...others])
    const refused = {
      status: 'rejected',
      reason: expect.objectContaining({ code: 'unavailable' }) as unknown,
    }
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
    ])
    expect(outcomes[3]).toMatchObject(refused)
    expect(outcomes[5]).toMatchObject(refused)
  })

  it('nothing after the end: what waits and what comes is told that the server stops', async () => {
    const groups = await workers()
    const running = groups.follow(large.commit(), somebody())
    const waiting = groups.follow(small.commit(), somebody())
    const outcomes = Promise.allSettled([running, waiting])
    await sleep(0)
    await groups.stop()
    const after = Promise.allSettled([groups.follow(small.commit(), somebody())])
    const codes = [...(await outcomes), ...(await after)].map(
      (outcome) => outcome.status === 'rejected' && (outcome.reason as { code: string }).code,
    )
    expect(codes).toEqual(['unavailable', 'shutting-down', 'shutting-down'])
  })
})
