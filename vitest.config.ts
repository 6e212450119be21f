/** Four projects: `unit` and `fuzz` beside the code, `scenarios` with real peers and servers, `e2e` in real browsers. */
import { defineConfig } from 'vitest/config'

const exclude = ['**/node_modules/**', '**/dist/**', '**/dist-types/**']
const FUZZ = '**/*.fuzz.test.ts'
/** Some unit tests run a PostgreSQL or the built server. */
const UNIT_TEST_MS = 60_000
const SERVER_TEST_MS = 120_000
/** `npm run soak` asks for many more cases than CI does, and bounds them itself. */
const FUZZ_TEST_MS = process.env.REFORMS_FUZZ_CASES ? 60 * 60_000 : 120_000
const BROWSER_TEST_MS = 240_000
/** Stories about several processes wait for real clocks: on a machine that is busy with others' work one may be too slow once. */
const RETRIES = process.env.CI ? 1 : 0

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
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
          globalSetup: ['tools/built.setup.mjs'],
          include: ['packages/testkit/scenarios/**/*.test.ts'],
          exclude,
          testTimeout: SERVER_TEST_MS,
          hookTimeout: SERVER_TEST_MS,
          retry: RETRIES,
          // Each has a server, a database and several people: two at a time would only share the cores.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup: ['tools/built.setup.mjs'],
          include: ['e2e/**/*.test.ts'],
          exclude,
          testTimeout: BROWSER_TEST_MS,
          hookTimeout: SERVER_TEST_MS,
          retry: RETRIES,
          // One browser story at a time: they are judged by time as well.
          fileParallelism: false,
        },
      },
    ],
  },
})
