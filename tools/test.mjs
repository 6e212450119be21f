/**
 * `npm test`: everything, in order: static checks, unit, fuzz, scenarios, e2e, and what a delivery costs and whether anything grows. Each
 * suite is bounded in time. The last line sums up: `N passed, N failed, N skipped`. With suite names as arguments it runs these only:
 * `npm test -- unit e2e`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHECKS, printCheck, runChecks } from './checks.mjs'
import { findChromium } from './chromium.mjs'
import { applyPatches } from './patches.mjs'
import { runStep } from './step.mjs'

const MINUTE_MS = 60_000
/** A folder of this run alone. */
const COUNTS = mkdtempSync(join(tmpdir(), 'reforms-counts-'))

/** The limits are several times what a suite takes on a quiet machine. `missing` says why a suite cannot run here. */
const SUITES = [
  { name: 'checks', limitMs: 7 * MINUTE_MS },
  { name: 'unit', limitMs: 13 * MINUTE_MS },
  { name: 'fuzz', limitMs: 8 * MINUTE_MS },
  { name: 'scenarios', limitMs: 20 * MINUTE_MS },
  {
    name: 'e2e',
    limitMs: 34 * MINUTE_MS,
    missing: () => (findChromium() ? undefined : 'there is no Chromium: install it, or name one in CHROMIUM'),
  },
  { name: 'bench', limitMs: 25 * MINUTE_MS },
]

const total = { passed: 0, failed: 0, skipped: 0 }
const summary = []
/** What failed, in words, said once more at the end: whoever looks at a long run looks there. */
const failures = []

function add(suite, { passed = 0, failed = 0, skipped = 0, note = '' }) {
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
  const counts = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
  summary.push(`${suite.padEnd(10)} ${counts}${note ? ` (${note})` : ''}`)
}

/** What was counted until the end; a suite that did not come to its end has failed. */
function readCounts(file, result) {
  const states = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  const count = (state) => states.filter((each) => each === state).length
  const ended = states.includes('end')
  const note = result.timedOut ? 'stopped: over its time' : ended ? '' : 'did not come to its end'
  const failed = count('failed')
  if (existsSync(`${file}.failed`)) failures.push(readFileSync(`${file}.failed`, 'utf8'))
  return {
    passed: count('passed'),
    failed: result.ok && ended ? failed : Math.max(failed, 1),
    skipped: count('skipped'),
    note,
  }
}

async function runVitest({ name, limitMs }) {
  const file = join(COUNTS, name)
  const result = await runStep({
    command: [
      process.execPath,
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      name,
      '--reporter=default',
      '--reporter=./tools/count.reporter.mjs',
      '--passWithNoTests',
    ],
    timeoutMs: limitMs,
    env: { COUNT_FILE: file },
    stream: true,
  })
  return readCounts(file, result)
}

async function runSuite(suite) {
  console.log(`\n== ${suite.name}`)
  if (suite.name === 'checks') return add('checks', await runChecks(CHECKS, printCheck))
  const missing = suite.missing?.()
  if (missing) {
    console.log(`Skipped: ${missing}`)
    return add(suite.name, { skipped: 1, note: missing })
  }
  add(suite.name, await runVitest(suite))
}

const chosen = process.argv.slice(2)
const unknown = chosen.filter((name) => !SUITES.some((suite) => suite.name === name))
if (unknown.length > 0) {
  console.error(
    `There is no suite ${unknown.join(', ')}. There are: ${SUITES.map(({ name }) => name).join(', ')}`,
  )
  process.exit(2)
}
const began = Date.now()
applyPatches(process.cwd())
if (process.env.CI) spawnSync('bash', ['tools/test-deps.sh'], { stdio: 'inherit', timeout: 5 * MINUTE_MS })
for (const suite of SUITES.filter(({ name }) => chosen.length === 0 || chosen.includes(name)))
  await runSuite(suite)

rmSync(COUNTS, { recursive: true, force: true })
if (failures.length > 0) console.log(`\n${failures.join('\n')}`)
console.log(`\n${summary.join('\n')}\nin ${Math.round((Date.now() - began) / 1000)} s`)
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`)
process.exitCode = total.failed === 0 ? 0 : 1
