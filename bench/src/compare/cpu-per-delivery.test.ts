import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { cpuBaseline } from './cpu-baseline.ts'
import { measureCostRatio } from './cpu-per-delivery.ts'

/** Odd: one round is in the middle. */
const ROUNDS = 7
/** More than that is a change that somebody should look at. */
const GROWTH_MAX = 1.25

test.skipIf(!existsSync('/proc/self/schedstat'))(
  'a delivery costs our server no more processor time, beside a bare fan-out, than it did',
  async () => {
    const { cpuPerDelivery } = cpuBaseline()
    const { ratio, ours, bare } = await measureCostRatio(ROUNDS)
    const figures = `${ours.least.toFixed(1)} µs beside ${bare.least.toFixed(1)} µs`
    const told = `${ratio.toFixed(2)} times the bare fan-out (${figures}), once ${cpuPerDelivery}`
    process.stdout.write(`${told}\n`)
    expect(
      ratio,
      `${told}: find what costs more, or, if it is worth it, run: npm run bench -- baseline`,
    ).toBeLessThan(cpuPerDelivery * GROWTH_MAX)
  },
)
