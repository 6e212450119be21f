/**
 * Measures what a delivery costs our server, as a multiple of the bare fan-out, and writes it to bench/baseline.json, against which
 * tests compare: `npm run bench -- baseline`, after a change that is meant to alter it.
 */
import { writeFileSync } from 'node:fs'
import { measureCostRatio } from './compare/cpu-per-delivery.ts'
import { describeMachine } from './figures.ts'

const ROUNDS = 15
const { ratio, ours, bare } = await measureCostRatio(ROUNDS)
const rounded = (value: number) => Math.round(value * 100) / 100
const kept = { cpuPerDelivery: rounded(ratio.median), machine: describeMachine() }
writeFileSync(new URL('../baseline.json', import.meta.url), `${JSON.stringify(kept, null, 2)}\n`)
process.stdout.write(
  `${kept.cpuPerDelivery} times the bare fan-out (${rounded(ratio.least)} to ${rounded(ratio.most)}): ` +
    `${rounded(ours.median)} µs beside ${rounded(bare.median)} µs\n`,
)
