/** Lets days pass for a server, for stories about what takes days: it is stopped, and started with its clock ahead. */
import type { TestServer } from '@reforms/testkit'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'

const DAY_MS = 24 * 60 * 60 * 1000
const PROGRAM = pathToFileURL(join(import.meta.dirname, 'clock-ahead.mjs')).href

export interface ServerClock {
  /** What the server has to be started with. */
  readonly env: Readonly<Record<string, string>>
  pass(server: TestServer, days: number): Promise<void>
}

/** Within a test. */
export function openServerClock(): ServerClock {
  const folder = mkdtempSync(join(tmpdir(), 'reforms-clock-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'ahead')
  let ahead = 0
  writeFileSync(file, `${ahead}`)
  return {
    env: { TESTING_CLOCK_FILE: file, NODE_OPTIONS: `--import=${PROGRAM}` },
    pass: async (server, days) => {
      ahead += days * DAY_MS
      writeFileSync(file, `${ahead}`)
      await server.terminate()
      await server.start()
    },
  }
}
