/**
 * `npm test`: everything, in order: static checks, unit, scenarios, e2e. Each suite is bounded in time. The last line sums
 * up: `N passed, N failed, N skipped`. With suite names as arguments it runs these only: `npm test -- unit e2e`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { CHECKS, printCheck, runChecks } from './checks.mjs'
import { findChromium } from './chromium.mjs'
import { applyPatches } from './patches.mjs'
import { runStep } from './step.mjs'

const MINUTE_MS = 60_000
const REPORTS = 'test-results/reports'

/** `missing` says why a suite cannot run here. */
const SUITES = [
  { name: 'checks', limitMs: 4 * MINUTE_MS },
  { name: 'unit', limitMs: 5 * MINUTE_MS },
  { name: 'scenarios', limitMs: 8 * MINUTE_MS },
  {
    name: 'e2e',
    limitMs: 7 * MINUTE_MS,
    missing: () => (findChromium() ? undefined : 'there is no Chromium: install it, or name one in CHROMIUM'),
  },
]

const total = { passed: 0, failed: 0, skipped: 0 }
const summary = []

function add(suite, { passed = 0, failed = 0, skipped = 0, note = '' }) {
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
  const counts = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
  summary.push(`${suite.padEnd(10)} ${counts}${note ? ` (${note})` : ''}`)
}

/** What Vitest counted; a suite that did not get as far as reporting has failed. */
function readReport(file, result) {
  if (!existsSync(file))
    return { failed: 1, note: result.timedOut ? 'stopped: over its time' : 'did not report' }
  const report = JSON.parse(readFileSync(file, 'utf8'))
  const skipped = report.numPendingTests + report.numTodoTests
  // A file that cannot be loaded has no tests to count.
  const unloaded = report.testResults.filter(
    (entry) => entry.status === 'failed' && entry.assertionResults.length === 0,
  ).length
  const failed = report.numFailedTests + unloaded
  const note = result.timedOut ? 'stopped: over its time' : ''
  return { passed: report.numPassedTests, failed: result.ok ? failed : Math.max(failed, 1), skipped, note }
}

async function runVitest({ name, limitMs }) {
  const file = `${REPORTS}/${name}.json`
  const result = await runStep({
    command: [
      process.execPath,
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      name,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      '--passWithNoTests',
    ],
    timeoutMs: limitMs,
    stream: true,
  })
  return readReport(file, result)
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
rmSync(REPORTS, { recursive: true, force: true })
mkdirSync(REPORTS, { recursive: true })
if (process.env.CI) spawnSync('bash', ['tools/test-deps.sh'], { stdio: 'inherit', timeout: 5 * MINUTE_MS })
for (const suite of SUITES.filter(({ name }) => chosen.length === 0 || chosen.includes(name)))
  await runSuite(suite)

console.log(`\n${summary.join('\n')}\nin ${Math.round((Date.now() - began) / 1000)} s`)
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`)
process.exitCode = total.failed === 0 ? 0 : 1
