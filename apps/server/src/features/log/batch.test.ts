/** Who waits for whom in one channel. */
import type { ChannelId } from '@reforms/protocol'
import { expect, test } from 'vitest'
import { newId } from '../../testing.ts'
import { Batches } from './batch.ts'

const channelId = newId<ChannelId>()

interface Said {
  readonly person: string
  readonly number: number
}

/** What was written, batch by batch; each takes a turn of the event loop. */
function recorded() {
  const written: (readonly Said[])[] = []
  const batches = new Batches<Said, Said>(
    ({ person }) => person,
    async (_, gathering) => {
      const requests = gathering.take()
      written.push(requests)
      await new Promise(setImmediate)
      return requests
    },
  )
  const say = (person: string, count: number) =>
    Array.from({ length: count }, (_, number) => batches.submit(channelId, { person, number }))
  return { written, say }
}

test('one who says much keeps nobody waiting, and is heard in order', async () => {
  const { written, say } = recorded()
  const much = say('eve', 200)
  const little = [...say('ada', 2), ...say('ben', 1)]
  await Promise.all([...much, ...little])
  // The first was written at once, alone.
  expect(written[1]!.filter(({ person }) => person !== 'eve')).toHaveLength(3)
  const ofEve = written.flat().filter(({ person }) => person === 'eve')
  expect(ofEve.map(({ number }) => number)).toEqual(Array.from({ length: 200 }, (_, number) => number))
  expect(Math.max(...written.map(({ length }) => length))).toBe(64)
})

test('each gets its own answer', async () => {
  const { say } = recorded()
  const answers = await Promise.all([...say('eve', 100), ...say('ada', 1)])
  expect(answers.at(-1)).toEqual({ person: 'ada', number: 0 })
  expect(answers[99]).toEqual({ person: 'eve', number: 99 })
})

test('what comes before a batch is taken is in it, and what comes after it in the next', async () => {
  const written: (readonly number[])[] = []
  const sizes: number[] = []
  let grown = 0
  const batches = new Batches<number, number>(
    String,
    async (_, gathering) => {
      await new Promise(setImmediate)
      sizes.push(gathering.size)
      written.push(gathering.take())
      await new Promise(setImmediate)
      expect(gathering.take()).toEqual(written.at(-1))
      return gathering.take()
    },
    () => (grown += 1),
  )
  const early = [1, 2, 3].map((number) => batches.submit(channelId, number))
  expect(grown).toBe(2)
  await new Promise(setImmediate)
  const late = batches.submit(channelId, 4)
  expect(await Promise.all([...early, late])).toEqual([1, 2, 3, 4])
  expect(written).toEqual([[1, 2, 3], [4]])
  expect(sizes).toEqual([3, 1])
})

test('where writing fails before it has taken anything, all who wait are told', async () => {
  const batches = new Batches<number, number>(String, () => Promise.reject(new Error('away')))
  const said = [1, 2].map((number) => batches.submit(channelId, number))
  const outcomes = await Promise.allSettled(said)
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await expect(batches.submit(channelId, 3)).rejects.toThrow('away')
})
