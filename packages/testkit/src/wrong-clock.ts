/** A server whose clock can be set wrong while it runs, PostgreSQL's with it (libfaketime). The time that passes stays true. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const LIBRARIES = '/usr/lib'

function findLibrary(): string | undefined {
  if (!existsSync(LIBRARIES)) return undefined
  const paths = readdirSync(LIBRARIES).map((name) => join(LIBRARIES, name, 'faketime/libfaketimeMT.so.1'))
  return paths.find((path) => existsSync(path))
}

export function whyNotWrongClock(): string | undefined {
  return findLibrary() === undefined ? 'faketime is missing: see tools/test-deps.sh' : undefined
}

export class WrongClock {
  readonly #folder = mkdtempSync(join(tmpdir(), 'reforms-clock-'))
  readonly #file = join(this.#folder, 'clock')

  constructor() {
    this.set('+0s')
  }

  /** What `startServer` takes. */
  get env(): Record<string, string> {
    return {
      LD_PRELOAD: findLibrary() ?? '',
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    }
  }

  /** As libfaketime says it: `+1h`, `-1h`, `+0 x1.5`. */
  set(clock: string): void {
    writeFileSync(this.#file, `${clock}\n`)
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
