/** `npm run verify`: what a change must pass before it is handed on, in about a minute. The same here and in CI. */
import { CHECKS, printCheck, runChecks } from './checks.mjs'
import { applyPatches } from './patches.mjs'

const unit = {
  name: 'unit',
  command: [process.execPath, 'node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', '--reporter=dot'],
  mend: 'npm run unit',
}

const began = Date.now()
applyPatches(process.cwd())
const checks = await runChecks(CHECKS, printCheck)
const tests = await runChecks([unit], printCheck)
const failed = checks.failed + tests.failed
console.log(
  `${failed === 0 ? 'All is well' : `${failed} of ${CHECKS.length + 1} failed`} (${Math.round((Date.now() - began) / 1000)} s)`,
)
process.exitCode = failed === 0 ? 0 : 1
