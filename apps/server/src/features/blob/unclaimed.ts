/**
 * Since when files have been seen that no row names (BLB-7): for sweep.ts. Kept among the files and not in the database: a
 * server that is started with another database sees that nothing was noted yet, and the right one forgets what it claims.
 * The backup leaves it out, since its name begins with a dot.
 */
import { isUuid, type BlobId, type Milliseconds } from '@reforms/protocol'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ifMissing } from './file.ts'

const NOTES = '.unclaimed'

export type SeenSince = ReadonlyMap<BlobId, Milliseconds>

const LINE = /^(\S+) (\d+)$/

/** What cannot be read was not noted: its day begins anew. */
export async function readSeenSince(folder: string): Promise<SeenSince> {
  const text = await readFile(join(folder, NOTES), 'utf8').catch(ifMissing(''))
  const seen = new Map<BlobId, Milliseconds>()
  for (const line of text.split('\n')) {
    const [, name = '', since] = LINE.exec(line) ?? []
    if (isUuid(name)) seen.set(name as BlobId, Number(since))
  }
  return seen
}

/** Instead of what was noted before. */
export async function writeSeenSince(folder: string, seen: SeenSince): Promise<void> {
  const notes = join(folder, NOTES)
  if (seen.size === 0) return rm(notes, { force: true })
  const next = `${notes}.next`
  const lines = [...seen].map(([blobId, since]) => `${blobId} ${since}\n`)
  await writeFile(next, lines.join(''), { mode: 0o600, flush: true })
  await rename(next, notes)
}
