/**
 * Whether anything grows: `npm run bench -- steady`. Half of what the server can carry, for BENCH_MINUTES (5; 60 by hand): memory and
 * latency of each half minute, and how the last third compares with the first. Ends with 1 where either grew by over a quarter, or
 * anything was not delivered. `npm run soak -- steady` keeps what came of it; CI runs five minutes (steady.test.ts).
 */
import { size } from './compare/sizes.ts'
import { describeMachine } from './figures.ts'
import { GROWTH_MAX, measureSteadiness, wordsOf } from './steadiness.ts'

const PEOPLE = size('STEADY_PEOPLE', 200, 1000)
const MINUTES = size('MINUTES', 5, 60)
const say = (line: string) => process.stdout.write(`${line}\n`)

say(describeMachine())
const steadiness = await measureSteadiness({ people: PEOPLE, minutes: MINUTES }, say)
say(wordsOf(steadiness))
const { memory, latency, lost } = steadiness
process.exitCode = Math.max(memory, latency) > GROWTH_MAX || lost > 0 ? 1 : 0
