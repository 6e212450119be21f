/**
 * Disks for a data folder that can be made to fail: one that becomes full (a tmpfs of a certain size), and one whose writes fail
 * from a moment on, so that fsync does (nbdkit's error filter, mounted through nbdfuse, a loop device and ext4). As root on Linux
 * only: `whyNot` says what is missing elsewhere.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const READY_MS = 10_000
const POLL_MS = 50
const BUSY_ATTEMPTS = 100

const run = (program: string, ...parameters: string[]) =>
  execFileSync(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] })
    .toString()
    .trim()

function works(program: string, ...parameters: string[]): boolean {
  try {
    run(program, ...parameters)
    return true
  } catch {
    return false
  }
}

/** Why a disk cannot be mounted here; undefined where it can. */
export function whyNotMount(): string | undefined {
  if (process.getuid?.() !== 0) return 'mounting needs root'
  const folder = mkdtempSync(join(tmpdir(), 'reforms-disk-'))
  try {
    if (!works('mount', '-t', 'tmpfs', 'tmpfs', folder)) return 'mounting is forbidden here'
    run('umount', folder)
    return undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function whyNotFailingWrites(): string | undefined {
  const missing = ['nbdkit', 'nbdfuse', 'losetup', 'mkfs.ext4'].filter((name) => !works('which', name))
  if (missing.length > 0) return `${missing.join(', ')} missing: see tools/test-deps.sh`
  if (!existsSync('/dev/fuse') || !existsSync('/dev/loop-control'))
    return 'there is no FUSE or no loop device'
  return whyNotMount()
}

async function unmount(folder: string): Promise<void> {
  for (let attempt = 1; !works('umount', folder); attempt += 1) {
    if (attempt === BUSY_ATTEMPTS) throw new Error(`${folder} cannot be unmounted`)
    await sleep(POLL_MS)
  }
}

/** A disk that can be filled up. */
export class SmallDisk {
  readonly folder: string
  readonly #filler: string

  constructor(megabytes: number) {
    this.folder = mkdtempSync(join(tmpdir(), 'reforms-disk-'))
    run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', this.folder)
    this.#filler = join(this.folder, 'filler')
  }

  /** Leaves not a byte. */
  fill(): void {
    const { bavail, bsize } = statfsSync(this.folder)
    writeFileSync(this.#filler, Buffer.alloc(bavail * bsize))
  }

  empty(): void {
    rmSync(this.#filler)
  }

  async close(): Promise<void> {
    await unmount(this.folder)
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A disk that refuses to write while it fails. Its file system then lets nobody write until it is mended. */
export class FailingDisk {
  readonly folder: string
  readonly #place: string
  readonly #loop: string
  readonly #child: ChildProcess

  private constructor(place: string, loop: string, child: ChildProcess) {
    this.#place = place
    this.#loop = loop
    this.#child = child
    this.folder = join(place, 'disk')
  }

  static async open(): Promise<FailingDisk> {
    const place = mkdtempSync(join(tmpdir(), 'reforms-disk-'))
    const [device, folder, sign] = ['device', 'disk', 'fails'].map((name) => join(place, name)) as [
      string,
      string,
      string,
    ]
    mkdirSync(device)
    mkdirSync(folder, { mode: 0o700 })
    const errors = ['error-pwrite=EIO', 'error-pwrite-rate=100%', `error-file=${sign}`]
    const nbdkit = ['nbdkit', '-s', '--filter=error', 'memory', '512M', ...errors]
    const child = spawn('nbdfuse', [join(device, 'image'), '--command', ...nbdkit], { stdio: 'ignore' })
    for (const end = Date.now() + READY_MS; !existsSync(join(device, 'image')); await sleep(POLL_MS))
      if (Date.now() > end) throw new Error('nbdfuse shows no device')
    const loop = run('losetup', '--direct-io=on', '-f', '--show', join(device, 'image'))
    run('mkfs.ext4', '-q', loop)
    run('mount', loop, folder)
    return new FailingDisk(place, loop, child)
  }

  fail(): void {
    writeFileSync(join(this.#place, 'fails'), '')
  }

  /** As an operator does it, when nothing uses it any more: by checking the file system. */
  async mend(): Promise<void> {
    await unmount(this.folder)
    rmSync(join(this.#place, 'fails'), { force: true })
    // Its answer is not 0 where it had to mend something.
    works('e2fsck', '-fy', this.#loop)
    run('mount', this.#loop, this.folder)
  }

  async close(): Promise<void> {
    rmSync(join(this.#place, 'fails'), { force: true })
    await unmount(this.folder)
    run('losetup', '-d', this.#loop)
    this.#child.kill('SIGTERM')
    await unmount(join(this.#place, 'device')).catch(() => undefined)
    rmSync(this.#place, { recursive: true, force: true })
  }
}
