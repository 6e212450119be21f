/**
 * One program at a time uses a data folder. The lock is a file that names its holder; a holder that was killed leaves
 * it behind, which is noticed by process id and start time.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OperatorProblem } from '../../config/operator-problem.ts'
import { processStart } from './process-identity.ts'

export interface LockHolder {
  readonly kind: 'server' | 'command'
  readonly pid: number
  readonly start: string
}

export interface FolderLock {
  release(): void
}

const LOCK_POLL_MS = 50
/** How long to wait for a command line that is at work in the folder. */
export const COMMAND_WAIT_MS = 15_000

function lockFile(dataFolder: string): string {
  return join(dataFolder, 'lock')
}

/** Who holds the folder now; undefined when nobody does or the holder is gone. */
export function lockHolder(dataFolder: string): LockHolder | undefined {
  const holder = readHolder(lockFile(dataFolder))
  return holder !== undefined && processStart(holder.pid) === holder.start ? holder : undefined
}

/**
 * Takes the folder, waiting while a command works in it. Returns the holder instead when it is a server. Throws
 * OperatorProblem when the folder cannot be written.
 */
export async function takeFolder(
  dataFolder: string,
  kind: LockHolder['kind'],
): Promise<FolderLock | LockHolder> {
  prepareFolder(dataFolder)
  for (const deadline = Date.now() + COMMAND_WAIT_MS; ; await sleep(LOCK_POLL_MS)) {
    if (tryLock(dataFolder, kind)) return { release: () => rmSync(lockFile(dataFolder), { force: true }) }
    const holder = lockHolder(dataFolder)
    if (holder?.kind === 'server') return holder
    if (Date.now() > deadline) throw heldByCommand(dataFolder, holder)
  }
}

export function isLock(outcome: FolderLock | LockHolder): outcome is FolderLock {
  return 'release' in outcome
}

function heldByCommand(dataFolder: string, holder: LockHolder | undefined): OperatorProblem {
  const who = holder ? `Process ${holder.pid}, a reforms command,` : 'Another program'
  return new OperatorProblem(`${who} is using the data folder ${dataFolder}. Wait until it has finished.`)
}

/** Makes the data folder where it is missing. Throws OperatorProblem when it cannot be written. */
export function prepareFolder(dataFolder: string): void {
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
    const probe = join(dataFolder, `.probe-${process.pid}`)
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new OperatorProblem(
      `The data folder ${dataFolder} cannot be written (${code}). Give this user the right to write there, or set ` +
        'REFORMS_DATA to another folder.',
      1,
      error,
    )
  }
}

function tryLock(dataFolder: string, kind: LockHolder['kind']): boolean {
  const file = lockFile(dataFolder)
  const mine = `${file}.${process.pid}`
  const holder: LockHolder = { kind, pid: process.pid, start: processStart(process.pid) ?? '' }
  writeFileSync(mine, JSON.stringify(holder), { mode: 0o600 })
  try {
    if (link(mine, file)) return true
    return lockHolder(dataFolder) === undefined && dropStale(file) && link(mine, file)
  } finally {
    rmSync(mine, { force: true })
  }
}

/** Making a link is atomic: of several that try, one succeeds. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Moves a dead holder's file away, and puts it back if somebody alive took the place in the meantime. */
function dropStale(file: string): boolean {
  const aside = `${file}.stale-${process.pid}`
  try {
    renameSync(file, aside)
  } catch {
    return true
  }
  const holder = readHolder(aside)
  const alive = holder !== undefined && processStart(holder.pid) === holder.start
  if (alive) link(aside, file)
  rmSync(aside, { force: true })
  return !alive
}

function readHolder(file: string): LockHolder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LockHolder
  } catch {
    return undefined
  }
}
