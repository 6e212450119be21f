/**
 * Five projects: `unit` and `fuzz` beside the code, `scenarios` with real peers and servers, `bench`, what the server costs, and
 * `e2e` in real browsers.
 */
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const exclude = ['**/node_modules/**', '**/dist/**', '**/dist-types/**']
const FUZZ = '**/*.fuzz.test.ts'
/** Some unit tests run a PostgreSQL or the built server. */
const UNIT_TEST_MS = 60_000
const SERVER_TEST_MS = 120_000
/** `npm run soak` asks for many more cases than CI does, and bounds them itself. */
const FUZZ_TEST_MS = process.env.REFORMS_FUZZ_CASES ? 60 * 60_000 : 120_000
/** Half a minute on a quiet machine, and five where something must not grow. */
const BENCH_TEST_MS = 600_000
const BROWSER_TEST_MS = 240_000
/** As long as what is looked at may take on a machine that is busy: what is there sooner is seen sooner. */
const POLLING = { poll: { timeout: 15_000 } }
/** All cores: by default Vitest leaves one to itself, which on a machine with two is half of what there is. */
const CORES = availableParallelism()
/** Each has a server, a database and several people, who keep about one core busy. */
const SCENARIOS_AT_ONCE = Math.min(2, CORES)
/** Stories about several processes wait for real clocks: on a machine that is busy with others' work one may be too slow once. */
const RETRIES = process.env.CI ? 1 : 0

export default defineConfig({
  test: {
    // Nobody hears what a program throws that a scenario has killed (packages/testkit/src/mortal.ts); all else fails the run.
    onUnhandledError: (error) => (error.name === 'Dead' ? false : undefined),
    projects: [
      {
        test: {
          name: 'unit',
          maxWorkers: CORES,
          // Loading the modules anew for each file takes as long as the tests themselves.
          isolate: false,
          unstubGlobals: true,
          include: [
            'packages/*/src/**/*.test.ts',
            'apps/*/src/**/*.test.{ts,tsx}',
            'tools/**/*.test.mjs',
            'interop/src/**/*.test.ts',
          ],
          exclude: [...exclude, FUZZ],
          testTimeout: UNIT_TEST_MS,
          hookTimeout: UNIT_TEST_MS,
          retry: RETRIES,
        },
      },
      {
        test: {
          name: 'fuzz',
          maxWorkers: CORES,
          include: [`{packages,apps}/*/src/${FUZZ}`],
          exclude,
          setupFiles: ['tools/fuzz.setup.mjs'],
          // The seed is fixed, and nothing is tried again: what is found must not be lost.
          testTimeout: FUZZ_TEST_MS,
          hookTimeout: UNIT_TEST_MS,
        },
      },
      {
        test: {
          name: 'scenarios',
          maxWorkers: SCENARIOS_AT_ONCE,
          isolate: false,
          // Projects that differ in how many run at once cannot be in one group.
          sequence: { groupOrder: 1 },
          globalSetup: ['tools/built.setup.mjs', 'tools/undecryptable.setup.mjs'],
          setupFiles: ['packages/testkit/scenarios/undecryptable.setup.ts'],
          include: ['packages/testkit/scenarios/**/*.test.ts'],
          exclude,
          testTimeout: SERVER_TEST_MS,
          hookTimeout: SERVER_TEST_MS,
          expect: POLLING,
          retry: RETRIES,
        },
      },
      {
        test: {
          name: 'bench',
          // Nothing else runs meanwhile: what it compares is processor time.
          sequence: { groupOrder: 2 },
          fileParallelism: false,
          globalSetup: ['tools/built.setup.mjs'],
          include: ['bench/src/**/*.test.ts'],
          exclude,
          testTimeout: BENCH_TEST_MS,
          hookTimeout: SERVER_TEST_MS,
          // What is dearer costs more each time; what else the machine does, only now and then.
          retry: 1,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 3 },
          globalSetup: ['tools/built.setup.mjs'],
          include: ['e2e/**/*.test.ts'],
          exclude,
          testTimeout: BROWSER_TEST_MS,
          hookTimeout: SERVER_TEST_MS,
          expect: POLLING,
          retry: RETRIES,
          isolate: false,
          // One at a time: a browser, a server and its database keep two cores busy, and stories are judged by time as well.
          fileParallelism: false,
        },
      },
    ],
  },
})
