/** The first minutes of somebody who has just fetched Reforms, as root and as an ordinary user, each on a clean copy of the repository. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, describe, expect, it, type TestContext } from 'vitest'
import {
  Checkout,
  findNobody,
  PackagesUnreachable,
  processesIn,
  type CheckoutOptions,
  type StartedCheckout,
  type SystemUser,
} from '../src/index.ts'

/** An install from the network and a build, on a machine that has other things to do. */
const INSTALLING_MS = 300_000
const AGAIN_MS = 5000
const IS_ROOT = process.getuid?.() === 0
const COMPILERS = [
  'gcc',
  'g++',
  'cc',
  'c++',
  'clang',
  'clang++',
  'make',
  'gmake',
  'cmake',
  'python',
  'python3',
]

const leftovers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const remove of leftovers.splice(0)) await remove()
})

/** Skips the test, with the reason, where packages cannot be fetched: it never passes unseen. */
async function installed(options: CheckoutOptions, { skip }: TestContext): Promise<Checkout> {
  const checkout = Checkout.copy(options)
  leftovers.push(() => checkout.remove())
  await checkout.install().catch((error: unknown) => {
    if (error instanceof PackagesUnreachable) skip(error.message)
    throw error
  })
  return checkout
}

async function answers({ url, setupLink }: StartedCheckout): Promise<void> {
  expect(setupLink).toMatch(/\/#\/join\/[\w-]{43}$/)
  expect(setupLink.startsWith(url)).toBe(true)
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  const page = await fetch(url)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  const script = /<script[^>]+src="([^"]+)"/.exec(await page.text())?.[1]
  const { status, headers } = await fetch(new URL(script ?? 'missing', url))
  expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('javascript')])
}

async function stopsAll(checkout: Checkout, started: StartedCheckout): Promise<void> {
  const postgres = checkout.postgresPid()
  // npm, its shell if any, the server and PostgreSQL with its own: what is looked for below would be seen.
  expect(processesIn(checkout.folder)).toContain(postgres)
  expect(processesIn(checkout.folder).length).toBeGreaterThan(3)
  await started.interrupt()
  expect(started.output()).toContain('Stopped.')
  expect(processesIn(checkout.folder)).toEqual([])
}

/** Everything of this PATH in one folder, but what compiles. */
function pathWithoutCompilers(): string {
  const folder = mkdtempSync(join(tmpdir(), 'reforms-path-'))
  leftovers.push(() => rmSync(folder, { recursive: true }))
  const compiles =
    /^([\w-]+-)?(gcc|g\+\+|cc|c\+\+|cpp|clang(\+\+)?|[cg]?make|ninja|ld|as|python[\d.]*)(-[\d.]+)?$/
  const places = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((place) => !place.includes('node_modules'))
  mkdirSync(join(folder, 'bin'))
  const seen = new Set<string>()
  for (const place of places) {
    for (const name of programsIn(place)) {
      if (compiles.test(name) || seen.has(name)) continue
      seen.add(name)
      symlinkSync(join(place, name), join(folder, 'bin', name))
    }
  }
  return join(folder, 'bin')
}

function programsIn(place: string): string[] {
  try {
    return readdirSync(place)
  } catch {
    return []
  }
}

async function hasNoCompiler(checkout: Checkout): Promise<void> {
  for (const name of COMPILERS) {
    const { code } = await checkout.run('sh', ['-c', `command -v ${name}`])
    expect([name, code]).not.toEqual([name, 0])
  }
}

function ordinaryUser({ skip }: TestContext): SystemUser {
  const user = findNobody() ?? skip('there is no user “nobody” here')
  const usable = spawnSync('npm', ['--version'], { ...user, cwd: '/', env: { PATH: process.env['PATH'] } })
  if (usable.status !== 0) skip('Node.js and npm lie where only root can run them')
  return user
}

describe('npm ci and npm start, on a clean copy', () => {
  it(
    'as root, in a folder of mode 700, without a compiler, make and Python; a second start takes less than five seconds',
    async (context) => {
      if (!IS_ROOT) context.skip('this needs root')
      const checkout = await installed({ env: { PATH: pathWithoutCompilers() } }, context)
      await hasNoCompiler(checkout)
      expect(statSync(checkout.folder)).toMatchObject({ uid: 0, mode: 0o040700 })
      const started = await checkout.start()
      await answers(started)
      await stopsAll(checkout, started)
      const again = await checkout.start()
      expect(again.startedInMs).toBeLessThan(AGAIN_MS)
      await stopsAll(checkout, again)
    },
    INSTALLING_MS,
  )

  it(
    'as an ordinary user',
    async (context) => {
      const user = IS_ROOT ? ordinaryUser(context) : undefined
      // Where no test runs as root, this is the one without them.
      const checkout = await installed(user ? { user } : { env: { PATH: pathWithoutCompilers() } }, context)
      if (!user) await hasNoCompiler(checkout)
      const started = await checkout.start()
      await answers(started)
      const uid = user?.uid ?? process.getuid?.()
      expect(uid).not.toBe(0)
      expect(statSync(join(checkout.dataFolder, 'postgres'))).toMatchObject({ uid, mode: 0o040700 })
      expect(statSync(`/proc/${checkout.postgresPid()}`).uid).toBe(uid)
      await stopsAll(checkout, started)
    },
    INSTALLING_MS,
  )
})
