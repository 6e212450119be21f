/** The checks that need no run of the program: form, types, lint, layers, unused code, rules, how much a browser has to load. */
import { runStep } from './step.mjs'

const LIMIT_MS = 480_000
const bin = (name, ...parameters) => [process.execPath, `node_modules/${name}`, ...parameters]

/** The longest first, so that none of them is left alone at the end. What to do when one fails stands beside it. */
export const CHECKS = [
  {
    name: 'lint',
    command: bin('eslint/bin/eslint.js', '--cache', '--cache-location', '.cache/eslint/', '.'),
    mend: 'npm run lint',
  },
  { name: 'types', command: bin('typescript/bin/tsc', '-b'), mend: 'npm run types' },
  {
    name: 'format',
    command: bin('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
    mend: 'npm run format',
  },
  {
    name: 'layers',
    command: bin(
      'dependency-cruiser/bin/dependency-cruise.mjs',
      '--output-type',
      'err-long',
      'packages',
      'apps',
      'e2e',
      'bench',
      'interop',
    ),
    mend: 'npm run layers',
  },
  { name: 'unused', command: bin('knip/bin/knip.js'), mend: 'npm run unused' },
  { name: 'sizes', command: [process.execPath, 'tools/sizes.mjs'], mend: 'npm run sizes' },
  { name: 'rules', command: [process.execPath, 'tools/rules.mjs'], mend: 'npm run rules' },
]

/** Runs two at a time, which is what small machines have; tells `report` about each as it ends. */
export async function runChecks(checks, report) {
  const waiting = [...checks]
  let failed = 0
  async function worker() {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const result = await runStep({ command: check.command, timeoutMs: LIMIT_MS, env: { NO_COLOR: '1' } })
      if (!result.ok) failed += 1
      report(check, result)
    }
  }
  await Promise.all([worker(), worker()])
  return { passed: checks.length - failed, failed }
}

export function printCheck(check, result) {
  const time = `${result.seconds.toFixed(1)} s`.padStart(8)
  console.log(`${result.ok ? 'ok    ' : 'FAILED'} ${check.name.padEnd(10)} ${time}`)
  if (!result.ok) {
    console.log(result.output.trimEnd())
    console.log(`Mend it, then run: ${check.mend}`)
  } else if (check.name === 'rules') {
    console.log(`       ${result.output.trim()}`)
  }
}
