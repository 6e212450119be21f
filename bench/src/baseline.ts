/**
 * Measures what a delivery costs our server, as a multiple of the bare fan-out, and writes it to bench/baseline.json, against which
 * tests compare: `npm run bench -- baseline`, after a change that is meant to alter it. Several runs, as the test makes one: how far
 * they differ is kept beside their median, and says what the test can notice on this machine.
 */
import { keepCpuBaseline } from './compare/cpu-baseline.ts'
import { measureCostRatio } from './compare/cpu-per-delivery.ts'
import { spreadOf } from './compare/summary.ts'

const [RUNS, ROUNDS] = [5, 9]
const rounded = (value: number) => Math.round(value * 100) / 100
const found: number[] = []
for (let run = 1; run <= RUNS; run += 1) {
  const { ratio, ours, bare } = await measureCostRatio(ROUNDS)
  found.push(rounded(ratio))
  const micros = `${rounded(ours.least)} to ${rounded(ours.most)} µs beside ${rounded(bare.least)} to ${rounded(bare.most)} µs`
  process.stdout.write(`${rounded(ratio)} times the bare fan-out: ${micros}\n`)
}
const { median, least, most } = spreadOf(found)
keepCpuBaseline({ cpuPerDelivery: median, least, most })
