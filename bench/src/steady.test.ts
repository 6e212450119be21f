import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { GROWTH_MAX, measureSteadiness, wordsOf } from './steadiness.ts'

const PEOPLE = 200
const MINUTES = 5

test.skipIf(!existsSync('/proc/self/schedstat'))(
  'at half of what the server can carry, memory and latency do not grow, and everything is delivered',
  async () => {
    const steadiness = await measureSteadiness({ people: PEOPLE, minutes: MINUTES }, (line) =>
      process.stdout.write(`${line}\n`),
    )
    const words = wordsOf(steadiness)
    expect(steadiness.lost, words).toBe(0)
    expect(steadiness.memory, words).toBeLessThan(GROWTH_MAX)
    expect(steadiness.latency, words).toBeLessThan(GROWTH_MAX)
  },
)
