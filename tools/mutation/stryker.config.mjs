/** Stryker's settings for one part (parts.mjs), named in MUTATION_PART. `npm run mutation` starts it. */
import { PARTS } from './parts.mjs'
import { isSample } from './sample.mjs'

const name = process.env.MUTATION_PART
const part = PARTS[name]
const folder = `.cache/mutation/${name}`

export default {
  testRunner: 'vitest',
  plugins: [
    '@stryker-mutator/vitest-runner',
    './tools/mutation/ignorers.mjs',
    './tools/mutation/progress.mjs',
  ],
  checkers: isSample ? ['sample'] : [],
  ignorers: ['error-words', ...(part.ignorers ?? [])],
  vitest: { configFile: 'tools/mutation/vitest.config.mjs', related: false },
  mutate: process.env.MUTATION_FILES.split(','),
  coverageAnalysis: 'perTest',
  ignoreStatic: part.ignoreStatic ?? false,
  concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 1),
  // A mutant that never ends is caught; one that only waits for others' work must not be.
  timeoutMS: 60_000,
  warnings: { slow: false },
  timeoutFactor: 5,
  dryRunTimeoutMinutes: 20,
  tempDirName: `${folder}/sandbox`,
  ignorePatterns: [
    '/.cache',
    '/data',
    '/data-demo',
    '/coverage',
    '/test-results',
    '**/dist',
    '**/dist-types',
    '/docs/screenshots',
  ],
  incremental: true,
  incrementalFile: `${folder}/incremental.json`,
  reporters: ['progress-append-only', 'missed', 'json', 'html'],
  jsonReporter: { fileName: `${folder}/report.json` },
  htmlReporter: { fileName: `${folder}/report.html` },
  disableTypeChecks: false,
  allowConsoleColors: false,
  allowEmpty: false,
  thresholds: { high: 90, low: 80, break: null },
}
