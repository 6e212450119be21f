/** Starts guardian.mjs beside a server of a test. Within this package only. */
import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const GUARDIAN = fileURLToPath(new URL('./guardian.mjs', import.meta.url))

/** Ends what is left of a data folder, and removes `place`, when this process is killed before it could do so itself. */
export function guard(dataFolder: string, place: string): ChildProcess {
  const guardian = spawn(process.execPath, [GUARDIAN, `${process.pid}`, dataFolder, place], {
    detached: true,
    stdio: 'ignore',
  })
  guardian.unref()
  return guardian
}
