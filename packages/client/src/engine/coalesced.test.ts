import { expect, it } from 'vitest'
import { coalesced } from './coalesced.ts'

/** Each run ends when the test says so. */
function runs() {
  const ends: ((error?: Error) => void)[] = []
  const ask = coalesced(
    () =>
      new Promise((resolve, reject) => {
        ends.push((error) => (error ? reject(error) : resolve()))
      }),
  )
  return { ask, ends }
}

it('has one run under way and one after it, whoever asks meanwhile, and begins anew afterwards', async () => {
  const { ask, ends } = runs()
  const first = ask()
  const meanwhile = [ask(), ask(), ask()]
  expect(ends).toHaveLength(1)
  ends[0]!()
  await first
  await expect.poll(() => ends.length).toBe(2)
  const later = [ask(), ask()]
  ends[1]!()
  await Promise.all(meanwhile)
  await expect.poll(() => ends.length).toBe(3)
  ends[2]!()
  await Promise.all(later)
  const last = ask()
  expect(ends).toHaveLength(4)
  ends[3]!()
  await last
})

it('tells each how the run ended that began after they asked', async () => {
  const { ask, ends } = runs()
  const first = ask()
  const second = ask()
  ends[0]!(new Error('no connection'))
  await expect(first).rejects.toThrow('no connection')
  await expect.poll(() => ends.length).toBe(2)
  ends[1]!()
  await expect(second).resolves.toBeUndefined()
})
