/** Sums up, at the end of the scenarios, how many messages could not be decrypted: what each file adds is written by its own process. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'reforms-undecryptable-'))
  const file = join(folder, 'counts')
  process.env.UNDECRYPTABLE_FILE = file
  return () => {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
    const counts = lines.map((line) => line.split(' ').map(Number))
    const unexpected = counts.reduce((sum, [counted, expected]) => sum + Math.max(0, counted - expected), 0)
    const declared = counts.reduce((sum, [counted, expected]) => sum + Math.min(counted, expected), 0)
    console.log(
      `Undecryptable messages in ${counts.length} scenario files: ${unexpected}, besides ${declared} that stories are about.`,
    )
    rmSync(folder, { recursive: true, force: true })
  }
}
