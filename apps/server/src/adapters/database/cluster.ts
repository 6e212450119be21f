/**
 * The embedded PostgreSQL's files in the data folder: `postgres/` (the cluster), `postgres-password`, `postgres.log`.
 * Made by initdb in one step that a crash cannot leave half done.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { OperatorProblem } from '../../config/operator-problem.ts'
import type { Launcher } from './launcher.ts'

export const SUPERUSER = 'reforms'
/** The major version of the binaries in package.json: a cluster of another one has to be carried over by a backup. */
const POSTGRES_MAJOR = '17'
const LOG_MAX_BYTES = 10 * 1024 * 1024

export interface Cluster {
  readonly folder: string
  readonly logFile: string
  readonly password: string
}

/** Opens the cluster in a data folder, made anew where there is none. */
export async function openCluster(dataFolder: string, launcher: Launcher): Promise<Cluster> {
  const folder = join(dataFolder, 'postgres')
  const passwordFile = join(dataFolder, 'postgres-password')
  if (!existsSync(folder)) await makeCluster(folder, passwordFile, launcher)
  checkMajor(folder)
  return { folder, logFile: join(dataFolder, 'postgres.log'), password: readPassword(passwordFile) }
}

function readPassword(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    const sentence = `The embedded database's password is missing: ${file} cannot be read. Put it back from a copy.`
    throw new OperatorProblem(sentence, 1, error)
  }
}

function checkMajor(folder: string): void {
  const found = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
  if (found === POSTGRES_MAJOR) return
  throw new OperatorProblem(
    `The data in ${folder} was written by PostgreSQL ${found}; this version of Reforms brings ${POSTGRES_MAJOR}. ` +
      'Make a backup with the version that you used before (reforms backup FILE), move the data folder away, and ' +
      'restore the backup with this one (reforms restore FILE).',
  )
}

/** Passes the password in a file beside the new cluster, which the user that PostgreSQL runs as can read. */
async function makeCluster(folder: string, passwordFile: string, launcher: Launcher): Promise<void> {
  const half = `${folder}.new`
  rmSync(half, { recursive: true, force: true })
  mkdirSync(join(half, 'cluster'), { recursive: true, mode: 0o700 })
  const password = randomBytes(24).toString('base64url')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  // What initdb makes is on disk when it returns. Without this file nobody gets in again after a power cut.
  synchronise(passwordFile)
  writeFileSync(join(half, 'password'), password, { mode: 0o600 })
  launcher.own(half)
  await initialise(half, launcher)
  renameSync(join(half, 'cluster'), folder)
  synchronise(dirname(folder))
  rmSync(half, { recursive: true })
}

/** A file's content, or a folder's names, are on disk when this returns. */
function synchronise(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

async function initialise(half: string, launcher: Launcher): Promise<void> {
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--encoding=UTF8']
  const access = ['-U', SUPERUSER, '-A', 'scram-sha-256', `--pwfile=${join(half, 'password')}`]
  const args = ['-D', join(half, 'cluster'), ...access, ...locale]
  const child = launcher.run(launcher.binaries.initdb, args, {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  })
  let said = ''
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code === 0) return
  throw new OperatorProblem(
    `The embedded PostgreSQL could not be set up in ${half}. It said:\n${said.trim()}\n` +
      'If this machine cannot run it, use a PostgreSQL server of your own: set DATABASE_URL.',
  )
}

/** The log file for a new postmaster, begun anew once it is large; the caller closes the descriptor. */
export function withLogFile<T>(file: string, use: (descriptor: number) => T): T {
  if (existsSync(file) && statSync(file).size > LOG_MAX_BYTES) renameSync(file, `${file}.old`)
  const descriptor = openSync(file, 'a', 0o600)
  try {
    return use(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
