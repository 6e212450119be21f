/**
 * `npm run soak`: the long forms of what CI runs in short: fuzzing with 100,000 cases and more, lives of MLS groups with up
 * to 32 members, the published vectors, interleavings; and a server under load for an hour. One after the other, each bounded in time;
 * failures as they come, a line for each, then a summary. With names it runs these only: `npm run soak -- fuzz mls`. `SOAK_SEED=7` begins
 * elsewhere, with `SOAK_MLS_SEEDS=10` the MLS groups live ten lives from there, and `SOAK_STEADY_MINUTES=5` has the load for so long.
 * The last result of each is kept in docs/soak.md.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { applyPatches } from './patches.mjs'
import { recordSoak } from './soak-record.mjs'
import { runStep } from './step.mjs'

const MINUTE_MS = 60_000
const firstSeed = Number(process.env.SOAK_SEED ?? 1)

/** 800 for each of some 110 ways to ask, and more for each decoder: over 100,000 in all. */
const FUZZ_CASES = 800
const MLS_SEEDS = Number(process.env.SOAK_MLS_SEEDS ?? 1000)
const INTERLEAVING_SEEDS = 1000
const STEADY_MINUTES = Number(process.env.SOAK_STEADY_MINUTES ?? 60)
/** Until the server is there, and has shown what it can carry. */
const STEADY_BEGINS_MS = 5 * MINUTE_MS

const SOAKS = [
  {
    name: 'fuzz',
    what: `${FUZZ_CASES} cases for each operation, transport and decoder`,
    project: 'fuzz',
    files: [],
    env: { REFORMS_FUZZ_CASES: String(FUZZ_CASES), REFORMS_FUZZ_SEED: String(firstSeed) },
    limitMs: 60 * MINUTE_MS,
  },
  {
    name: 'vectors',
    what: 'the published vectors, where they are (REFORMS_VECTORS), all of each',
    project: 'unit',
    files: ['packages/crypto/src/mls/vectors', 'packages/crypto/src/wycheproof.test.ts'],
    env: { REFORMS_VECTORS_WHOLE: '1' },
    limitMs: 30 * MINUTE_MS,
  },
  {
    name: 'mls',
    what: `${MLS_SEEDS} lives of groups of up to 32 members, seeds ${firstSeed} to ${firstSeed + MLS_SEEDS - 1}`,
    project: 'unit',
    files: ['packages/crypto/src/mls/soak.test.ts'],
    env: {
      REFORMS_SOAK_SEEDS: String(MLS_SEEDS),
      REFORMS_SOAK_FIRST_SEED: String(firstSeed),
      REFORMS_SOAK_MEMBERS: '32',
    },
    limitMs: 300 * MINUTE_MS,
  },
  {
    name: 'interleavings',
    what: `${INTERLEAVING_SEEDS} lives of channels on a server that is killed now and then`,
    project: 'scenarios',
    files: ['packages/testkit/scenarios/interleavings.test.ts'],
    env: { REFORMS_SEED_COUNT: String(INTERLEAVING_SEEDS) },
    limitMs: 180 * MINUTE_MS,
  },
  {
    name: 'killed',
    what: 'programs that are killed after every step of all that changes a group or an account',
    project: 'scenarios',
    files: ['packages/testkit/scenarios/killed-between-steps.test.ts'],
    env: { REFORMS_KILLS_EVERYWHERE: '1' },
    limitMs: 60 * MINUTE_MS,
  },
  {
    name: 'steady',
    what: `half of what the server can carry, for ${STEADY_MINUTES} minutes`,
    command: [process.execPath, 'tools/bench.mjs', 'steady'],
    env: { BENCH_MINUTES: String(STEADY_MINUTES) },
    limitMs: STEADY_MINUTES * MINUTE_MS + STEADY_BEGINS_MS,
  },
]

function commandOf({ project, files, command }) {
  if (command) return command
  const vitest = [process.execPath, 'node_modules/vitest/vitest.mjs', 'run']
  const reporters = ['--reporter=dot', '--reporter=./tools/failures.reporter.mjs']
  return [...vitest, '--project', project, ...reporters, ...files]
}

/** What vitest counted, as it says it, "Tests  12 passed (12)", or what a measurement says at its end. */
function countsOf({ command }, output) {
  if (command) return output.trimEnd().split('\n').at(-1)
  const plain = output.replaceAll(/\u001b\[[0-9;]*m/g, '')
  return /^\s*Tests\s+(.+)$/m.exec(plain)?.[1] ?? 'no test came to its end'
}

const root = fileURLToPath(new URL('..', import.meta.url))
const RECORD = `${root}docs/soak.md`

/** What it ran on, and nothing that names a machine. */
function record(name, result) {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  const day = new Date().toISOString().slice(0, 10)
  const on = `${day}, version ${version}, ${cpus().length} cores, Node ${process.version}`
  writeFileSync(RECORD, recordSoak(readFileSync(RECORD, 'utf8'), { name, on, result }))
}

async function run(soak) {
  const { ok, timedOut, output, seconds } = await runStep({
    command: commandOf(soak),
    timeoutMs: soak.limitMs,
    env: { NO_COLOR: '1', ...soak.env },
    show: (text) => process.stdout.write(text),
  })
  const end = timedOut ? `stopped after its ${soak.limitMs / MINUTE_MS} minutes` : countsOf(soak, output)
  const result = `${Math.round(seconds)} s: ${soak.what}: ${end}`
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${soak.name.padEnd(14)} ${result}`)
  record(soak.name, ok ? result : `FAILED after ${result}`)
  return ok
}

const chosen = process.argv.slice(2)
const unknown = chosen.filter((name) => !SOAKS.some((soak) => soak.name === name))
if (unknown.length > 0) {
  console.error(
    `There is no soak ${unknown.join(', ')}. There are: ${SOAKS.map(({ name }) => name).join(', ')}`,
  )
  process.exit(2)
}
applyPatches(process.cwd())
const began = Date.now()
const failed = []
for (const soak of SOAKS.filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
  if (!(await run(soak))) failed.push(soak.name)
}
const seconds = Math.round((Date.now() - began) / 1000)
console.log(
  failed.length === 0 ? `All soaks passed in ${seconds} s` : `Failed in ${seconds} s: ${failed.join(', ')}`,
)
process.exitCode = failed.length === 0 ? 0 : 1
