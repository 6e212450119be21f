/**
 * How to run a PostgreSQL program, which refuses to be root. As an ordinary user: directly. As root: in a user
 * namespace, where files stay root's, so that it works in folders that nobody else may enter; where namespaces are
 * forbidden: as a system user, with the programs copied to where that user can read them.
 */
import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { OperatorProblem } from '../../config/operator-problem.ts'
import { binariesIn, findBinaries, type PostgresBinaries } from './binaries.ts'

const COPY_FOLDER = '/var/lib/reforms'
const NAMESPACE = ['--user', '--map-user=1000', '--map-group=1000']

export interface Launcher {
  readonly binaries: PostgresBinaries
  run(program: string, args: readonly string[], options: SpawnOptions): ChildProcess
  /** Gives a folder and all in it to the user that PostgreSQL runs as. */
  own(folder: string): void
}

/** The first way that works here. `dataFolder` must be reachable by it. Throws OperatorProblem when none does. */
export function findLauncher(dataFolder: string): Launcher {
  const binaries = findBinaries()
  if (process.getuid?.() !== 0) return directLauncher(binaries)
  if (namespacesWork()) return namespaceLauncher(binaries)
  return systemUserLauncher(binaries, dataFolder)
}

function directLauncher(binaries: PostgresBinaries): Launcher {
  return { binaries, run: (program, args, options) => spawn(program, args, options), own: () => undefined }
}

function namespacesWork(): boolean {
  return spawnSync('unshare', [...NAMESPACE, 'true'], { stdio: 'ignore' }).status === 0
}

/** `unshare` becomes the program (it does not fork), so the child's process id is the postmaster's. */
function namespaceLauncher(binaries: PostgresBinaries): Launcher {
  return {
    binaries,
    run: (program, args, options) => spawn('unshare', [...NAMESPACE, program, ...args], options),
    own: () => undefined,
  }
}

/** Exported for its test. */
export function systemUserLauncher(installed: PostgresBinaries, dataFolder: string): Launcher {
  const user = systemUser()
  const reachable = (path: string) =>
    spawnSync('test', ['-x', path], { uid: user.uid, gid: user.gid, stdio: 'ignore' }).status === 0
  // Passing through is enough: what lies in the data folder is closed to others by its own mode.
  chmodSync(dataFolder, 0o711)
  if (!reachable(dataFolder)) throw noWay(dataFolder)
  const binaries = reachable(installed.postgres) ? installed : copyBinaries(installed)
  return {
    binaries,
    run: (program, args, options) => spawn(program, args, { ...options, uid: user.uid, gid: user.gid }),
    own: (folder) => giveAway(folder, user),
  }
}

function noWay(dataFolder: string): OperatorProblem {
  return new OperatorProblem(
    'PostgreSQL does not run as root, user namespaces are forbidden here, and no other user may enter ' +
      `${dataFolder}. Run Reforms as an ordinary user, choose another data folder (REFORMS_DATA), or use a ` +
      'PostgreSQL server of your own (DATABASE_URL).',
  )
}

interface SystemUser {
  readonly uid: number
  readonly gid: number
}

/** `reforms` or `postgres` where the machine has such a user, else `nobody`. */
function systemUser(): SystemUser {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  for (const name of ['reforms', 'postgres', 'nobody']) {
    const account = accounts.find((fields) => fields[0] === name)
    if (account) return { uid: Number(account[2]), gid: Number(account[3]) }
  }
  return { uid: 65534, gid: 65534 }
}

function copyBinaries(installed: PostgresBinaries): PostgresBinaries {
  const target = join(COPY_FOLDER, 'postgres')
  const half = `${target}.${process.pid}`
  const newer = !existsSync(target) || !sameVersion(installed.folder, target)
  if (newer) {
    mkdirSync(COPY_FOLDER, { recursive: true, mode: 0o755 })
    cpSync(installed.folder, half, { recursive: true, verbatimSymlinks: true })
    rmSync(target, { recursive: true, force: true })
    renameSync(half, target)
  }
  return binariesIn(target)
}

function sameVersion(installed: string, copy: string): boolean {
  const size = (folder: string) => readFileSync(join(folder, 'bin', 'postgres')).length
  return size(installed) === size(copy)
}

function giveAway(path: string, user: SystemUser): void {
  chownSync(path, user.uid, user.gid)
  for (const item of readdirSync(path, { withFileTypes: true })) {
    const below = join(path, item.name)
    if (item.isDirectory()) giveAway(below, user)
    else chownSync(below, user.uid, user.gid)
  }
}
