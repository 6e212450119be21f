/**
 * A large file up from one browser and down into it again, also by way of a tab which does not run the engine: seconds, and what the
 * browser's processes hold meanwhile, beside what they hold at rest. One Chromium profile, which no inspector listens to, the server as
 * it ships, loopback. `npm run bench -- large-file`; BENCH_MEGABYTES.
 */
import { startServer, TestPerson } from '@reforms/testkit'
import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BareScreen } from './bare-screen.ts'
import { describeMachine } from './figures.ts'
import { joinBy, openScreen } from './screen.ts'

const MIB = 1024 * 1024
const MEGABYTES = Number(process.env['BENCH_MEGABYTES'] ?? 300)
const CHANNEL = 'Recordings'
const SAMPLE_MS = 200

function makeFile(path: string): string {
  const hash = createHash('sha256')
  const file = openSync(path, 'w')
  for (let written = 0; written < MEGABYTES; written += 1) {
    const bytes = randomBytes(MIB)
    hash.update(bytes)
    writeSync(file, bytes)
  }
  closeSync(file)
  return hash.digest('hex')
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer)
  return hash.digest('hex')
}

interface Process {
  readonly pid: string
  readonly parent: string | undefined
  readonly command: string
  readonly ownMib: number
}

function readProcess(pid: string): Process | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const ownMib = Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    return { pid, parent: /PPid:\s+(\d+)/.exec(status)?.[1], command, ownMib }
  } catch {
    // It has ended meanwhile.
    return undefined
  }
}

/** What a process of the browser is for. */
function roleOf({ command }: Process): string {
  const service = /--utility-sub-type=(?:\w+\.)*(\w+)/.exec(command)?.[1]
  return service ?? /--type=([\w-]+)/.exec(command)?.[1] ?? 'browser'
}

/** What all processes of a profile's browser hold of their own (RssAnon), in MiB, by what they are for. Linux only. */
function browserMemory(folder: string): Map<string, number> {
  const processes = readdirSync('/proc').flatMap((pid) => (/^\d+$/.test(pid) && readProcess(pid)) || [])
  const ours = new Set(processes.filter(({ command }) => command.includes(folder)).map(({ pid }) => pid))
  for (let size = -1; size !== ours.size;) {
    size = ours.size
    for (const { pid, parent } of processes) if (parent && ours.has(parent)) ours.add(pid)
  }
  const held = new Map<string, number>()
  for (const each of processes.filter(({ pid }) => ours.has(pid)))
    held.set(roleOf(each), (held.get(roleOf(each)) ?? 0) + each.ownMib)
  return held
}

const sumOf = (held: Map<string, number>) => [...held.values()].reduce((sum, mib) => sum + mib, 0)

interface Measured {
  seconds: number
  /** When it was most. */
  held: Map<string, number>
}

async function measure(screen: BareScreen, work: () => Promise<void>): Promise<Measured> {
  let held = new Map<string, number>()
  const look = () => {
    const now = browserMemory(screen.folder)
    if (sumOf(now) > sumOf(held)) held = now
  }
  const timer = setInterval(look, SAMPLE_MS)
  const began = performance.now()
  await work()
  const seconds = (performance.now() - began) / 1000
  look()
  clearInterval(timer)
  return { seconds, held }
}

function say(name: string, { seconds, held }: Measured, rest: Map<string, number>): void {
  const speed = (MEGABYTES / seconds).toFixed(0)
  const more = (mib: number) => `${Math.round(mib)} MiB`
  const parts = [...held].map(([role, mib]) => `${role} ${more(mib - (rest.get(role) ?? 0))}`)
  process.stdout.write(
    `${name}: ${seconds.toFixed(1)} s, ${speed} MiB/s; at most ${more(sumOf(held) - sumOf(rest))} more than at rest (${parts.join(', ')})\n`,
  )
}

const shows = (selector: string, condition = 'true') =>
  `[...document.querySelectorAll('${selector}')].some((each) => each.textContent.includes('The file') && ${condition})`

async function upload(screen: BareScreen, path: string, rest: Map<string, number>): Promise<void> {
  const sealed = await measure(screen, async () => {
    await screen.attach(path)
    await screen.write('The file')
    await screen.press(/^Send$/)
    await screen.until(shows('article', "!each.textContent.includes('Encrypting')"))
  })
  say('Encrypted on the device', sealed, rest)
  const up = await measure(screen, () => screen.until(shows('.message-sent')))
  say('Up', up, rest)
}

interface Download {
  readonly name: string
  readonly hash: string
}

async function download(
  screen: BareScreen,
  { name, hash }: Download,
  rest: Map<string, number>,
): Promise<void> {
  let saved = ''
  const down = await measure(screen, async () => {
    saved = await screen.save(/^Download /, folder)
  })
  say(name, down, rest)
  if ((await hashOf(saved)) !== hash) throw new Error('what was saved is not what was sent')
  rmSync(saved)
}

async function transfer(screen: BareScreen, path: string, hash: string): Promise<void> {
  const rest = browserMemory(screen.folder)
  process.stdout.write(`At rest, with two tabs, the browser holds ${Math.round(sumOf(rest))} MiB\n`)
  screen.turnTo(0)
  await upload(screen, path, rest)
  await download(screen, { name: 'Down, decrypted and saved', hash }, rest)
  screen.turnTo(1)
  await download(screen, { name: 'Down by way of the tab which does not run the engine', hash }, rest)
}

/** Gives the address of the channel. */
async function setTheScene(profile: Awaited<ReturnType<typeof openScreen>>): Promise<string> {
  const { page } = profile
  await admin.createChannel(CHANNEL)
  await joinBy(page, await admin.invite(), 'Ben Okafor')
  await page.goto(`${server.url}/#/browse`)
  await page.getByRole('button', { name: `Join ${CHANNEL}` }).click()
  await page.getByRole('textbox', { name: /^Message / }).waitFor()
  return page.url()
}

const folder = mkdtempSync(join(tmpdir(), 'reforms-large-file-'))
const server = await startServer()
const admin = await TestPerson.register({ serverUrl: server.url }, server.setupLink, 'Ana Sousa')
const profile = await openScreen()
try {
  process.stdout.write(`${describeMachine()}; ${MEGABYTES} MiB\n`)
  const path = join(folder, 'file.bin')
  const hash = makeFile(path)
  const address = await setTheScene(profile)
  await profile.context.close()
  const screen = await BareScreen.open(profile.folder, address)
  try {
    await screen.openTab(address)
    await transfer(screen, path, hash)
  } finally {
    await screen.close()
  }
} finally {
  await profile.close()
  await admin.leave()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
