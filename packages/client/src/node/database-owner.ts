/**
 * One process at a time has a database file. SQLite's lock here is a folder beside the file, which stays behind when a process
 * is killed; so the owner writes its process id, and whoever finds a dead owner's lock takes it away. For the Node adapter only.
 */
import { readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'

export class DatabaseInUse extends Error {
  override readonly name = 'DatabaseInUse'
}

/** Returns a function that gives the file up. Throws DatabaseInUse while another live process has it. */
export function claimDatabase(file: string): () => void {
  const ownerFile = `${file}.owner`
  const owner = readOwner(ownerFile)
  if (claimed.has(file) || (owner !== undefined && owner !== process.pid && isAlive(owner))) {
    throw new DatabaseInUse(`${file} is in use by process ${owner ?? process.pid}. Stop that program first.`)
  }
  removeLock(file)
  writeFileSync(ownerFile, String(process.pid), { mode: 0o600 })
  claimed.add(file)
  return () => {
    claimed.delete(file)
    rmSync(ownerFile, { force: true })
  }
}

/** What this process has itself; its id alone would not tell, since a container's processes often have the same one. */
const claimed = new Set<string>()

function readOwner(ownerFile: string): number | undefined {
  try {
    const owner = Number.parseInt(readFileSync(ownerFile, 'utf8'), 10)
    return owner > 0 ? owner : undefined
  } catch {
    return undefined
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (problem) {
    // EPERM: it lives, as another user's process.
    return (problem as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function removeLock(file: string): void {
  try {
    rmdirSync(`${file}.lock`)
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code !== 'ENOENT') throw problem
  }
}
