/** The hosts of the engine in a real browser: one engine for all tabs, one encrypted database, whatever closes or is killed. */
import { CHROMIUM_FLAGS, chromiumPath } from '@reforms/testkit'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { chromium, type BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { serveHosts, type HostsServer } from './hosts-server.ts'
import { HostsTab, PROBE } from './hosts-tab.ts'

/** Within this time a request has reached the engine. */
const UNDER_WAY_MS = 300
const SEVERAL_HEARTBEATS_MS = 2500

let server: HostsServer
beforeAll(async () => {
  server = await serveHosts()
})
afterAll(() => server.close())

interface Profile {
  readonly folder: string
  /** What the console complained of. */
  readonly complaints: string[]
  open(): Promise<BrowserContext>
}

function newProfile(): Profile {
  const folder = mkdtempSync(join(tmpdir(), 'reforms-hosts-profile-'))
  const complaints: string[] = []
  let context: BrowserContext | undefined
  onTestFinished(async () => {
    await context?.close().catch(() => undefined)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  })
  const open = async () => {
    context = await chromium.launchPersistentContext(folder, {
      executablePath: chromiumPath(),
      args: CHROMIUM_FLAGS,
    })
    context.setDefaultTimeout(20_000)
    context.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    context.on('weberror', (error) => complaints.push(String(error.error())))
    return context
  }
  return { folder, complaints, open }
}

async function twoTabs(): Promise<{ profile: Profile; leader: HostsTab; other: HostsTab }> {
  const profile = newProfile()
  const context = await profile.open()
  const leader = await HostsTab.connected(context, server.url)
  await leader.sees(0)
  const other = await HostsTab.connected(context, server.url)
  await other.sees(0)
  return { profile, leader, other }
}

const CUTS = 12
/** Spread over a few transactions. */
const CUT_AFTER_MS = 150
const CUT_STEP_MS = 17

test('the encrypted database keeps the contract of its port, under the policy that ships', async () => {
  const profile = newProfile()
  const tab = await HostsTab.open(await profile.open(), server.url)
  const outcomes = await tab.runContract()
  expect(outcomes.length).toBeGreaterThan(10)
  expect(outcomes.filter(({ problem }) => problem !== undefined)).toEqual([])
  expect(profile.complaints).toEqual([])
})

test('ENG-1: a worker that is cut off in the middle of a commit leaves all of a transaction or nothing', async () => {
  const profile = newProfile()
  const tab = await HostsTab.open(await profile.open(), server.url)
  let committed = 0
  for (let time = 0; time < CUTS; time += 1) {
    const cut = await tab.runCut(CUT_AFTER_MS + time * CUT_STEP_MS)
    const { counts, rows, whole } = cut.found
    expect(whole).toBe(true)
    expect(counts.length).toBe(rows === 0 ? 0 : 1)
    // A commit that was through is not always told of before the end.
    expect(counts[0] ?? 0).toBeGreaterThanOrEqual(committed)
    committed = cut.committed
  }
  expect(committed).toBeGreaterThan(0)
})

test('two tabs have one engine, whose snapshots, answers and refusals reach the one that asked', async () => {
  const { profile, leader, other } = await twoTabs()
  expect(await other.engineName()).toBe(await leader.engineName())
  await leader.add()
  await other.add()
  await Promise.all([leader.sees(2), other.sees(2)])
  expect(await other.send('channel.leave')).toEqual({
    problem: { code: 'forbidden', message: 'no', detail: { why: 'a test' } },
  })
  const { output } = await other.send('file.read', { blobId: 'a file' })
  expect(output).toMatchObject({ name: 'a file' })
  expect(profile.complaints).toEqual([])
})

test('ENG-11: a tab that announces itself once more, since its welcome took long, keeps what it watches', async () => {
  const { leader, other } = await twoTabs()
  for (const tab of [leader, other]) {
    const release = await tab.holdLock(PROBE)
    await tab.announceAgain()
    await release()
  }
  await leader.add()
  await Promise.all([leader.sees(1), other.sees(1)])
  await other.add()
  await Promise.all([leader.sees(2), other.sees(2)])
})

test('ENG-11: a tab that hears of a leader before it takes part itself is served once it does', async () => {
  const profile = newProfile()
  const context = await profile.open()
  const leader = await HostsTab.connected(context, server.url)
  await leader.sees(0)
  const other = await HostsTab.connected(context, server.url, SEVERAL_HEARTBEATS_MS)
  await setTimeout(SEVERAL_HEARTBEATS_MS)
  await other.add()
  await Promise.all([leader.sees(1), other.sees(1)])
})

test('closing the leader leaves the other tab working, and what was under way is asked again or refused', async () => {
  const { leader, other } = await twoTabs()
  await leader.add()
  const first = await other.engineName()
  const [reading, changing] = [other.send('settings.read'), other.send('session.closeOthers')]
  const picture = other.send('emoji.picture')
  await setTimeout(UNDER_WAY_MS)
  await leader.page.close()
  await other.add()
  await other.sees(2)
  const second = await other.engineName()
  expect(second).not.toBe(first)
  for (const read of [reading, picture]) expect((await read).output).toEqual({ slow: second })
  expect((await changing).problem?.code).toBe('unavailable')
})

test('closing a tab that does not lead leaves the leader working', async () => {
  const { leader, other } = await twoTabs()
  const name = await leader.engineName()
  await other.page.close()
  await leader.add()
  await leader.sees(1)
  expect(await leader.engineName()).toBe(name)
})

test('a notification reaches one tab, and the engine hears of what is looked at in any of them', async () => {
  const { leader, other } = await twoTabs()
  await leader.setHidden(true)
  await leader.send('profile.update')
  await expect.poll(() => other.notified()).toBe(1)
  expect(await leader.notified()).toBe(0)
  await leader.send('view.focus', { channelId: 'a', visible: true })
  await other.send('view.focus', { channelId: 'b', visible: false })
  const { output } = await leader.send('audit.read')
  expect((output as unknown[]).at(-1)).toEqual({ channelId: 'a', visible: true })
})

test('a hidden leader hands over to the tab that is looked at', async () => {
  const { leader, other } = await twoTabs()
  await leader.add()
  const first = await other.engineName()
  await leader.setHidden(true)
  await expect.poll(() => other.engineName(), { timeout: 15_000 }).not.toBe(first)
  await leader.add()
  await Promise.all([leader.sees(2), other.sees(2)])
  await other.page.close()
  await leader.add()
  await leader.sees(3)
})

test('a leader that does not answer for three seconds loses the engine', async () => {
  const { leader, other } = await twoTabs()
  await leader.add()
  const first = await other.engineName()
  const blocked = leader.send('device.remove')
  await setTimeout(UNDER_WAY_MS)
  const second = await other.engineName()
  expect(second).not.toBe(first)
  expect((await blocked).problem?.code).toBe('unavailable')
  await other.add()
  await Promise.all([leader.sees(2), other.sees(2)])
})

test('an engine that cannot open its database says why, and goes on by itself once it can', async () => {
  const profile = newProfile()
  const context = await profile.open()
  const holder = await HostsTab.open(context, server.url)
  const release = await holder.holdLock('reforms-files-default')
  const tab = await HostsTab.connected(context, server.url)
  await expect.poll(() => tab.problem(), { timeout: 15_000 }).toMatch(/close other windows/i)
  expect((await tab.send('message.send', { text: 'one' })).problem?.code).toBe('internal')
  await release()
  await tab.sees(0, 15_000)
  expect(await tab.problem()).toBeUndefined()
  await tab.add()
  await tab.sees(1)
})

test('killing the browser loses nothing that was acknowledged, and the disk tells nothing', async () => {
  const profile = newProfile()
  const context = await profile.open()
  const tab = await HostsTab.connected(context, server.url)
  await tab.sees(0)
  let acknowledged = 0
  const adding = (async () => {
    for (;;) {
      await tab.add('swordfish is the password')
      acknowledged += 1
    }
  })().catch(() => undefined)
  await expect.poll(() => acknowledged, { timeout: 20_000 }).toBeGreaterThan(30)
  const browser = Number(readlinkSync(join(profile.folder, 'SingletonLock')).split('-').at(-1))
  process.kill(browser, 'SIGKILL')
  await adding
  const kept = acknowledged

  const again = await HostsTab.connected(await profile.open(), server.url)
  await again.page.waitForFunction(() => (globalThis as { count?: number }).count !== undefined)
  const count = await again.page.evaluate(() => (globalThis as { count?: number }).count!)
  expect(count).toBeGreaterThanOrEqual(kept)
  expect(count).toBeLessThanOrEqual(kept + 1)
  expect(filesWith('swordfish', profile.folder)).toEqual([])
})

function filesWith(text: string, folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => readFileSync(file).includes(text))
}
