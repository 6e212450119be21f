/**
 * A channel of a hundred thousand messages in a real Chromium: ten thousand missed and caught up with, the channel opened, scrolled
 * and jumped about in, searches over all of it, and what the browser holds at rest with two hundred channels. The server and the
 * client as they ship. `npm run bench -- long-channel`; BENCH_MESSAGES, BENCH_CHANNELS; BENCH_PROFILE=1 tells where time goes.
 */
import { openMemoryDatabase } from '@reforms/client/node'
import { testingWord } from '@reforms/client/testing-messages'
import type { ChannelId } from '@reforms/protocol'
import { startServer, TestPerson, type TestServer } from '@reforms/testkit'
import type { Page } from 'playwright-core'
import { describeMachine, figuresOf, print } from './figures.ts'
import { Inspector } from './inspector.ts'
import { IsolatingWire } from './isolating-wire.ts'
import { lengthenLog, markOf } from './long-log.ts'
import { framesFor, memoryOfPage, noteSearches, paintedAfter, type Act } from './painted.ts'
import { INSPECTED, joinBy, openScreen, type Screen } from './screen.ts'
import { openDatabase } from './server-database.ts'

const MESSAGES = Number(process.env['BENCH_MESSAGES'] ?? 100_000)
const CHANNELS = Number(process.env['BENCH_CHANNELS'] ?? 200)
const MISSED = Number(process.env['BENCH_MISSED'] ?? 10_000)
const MISSED_TIMES = Number(process.env['BENCH_MISSED_TIMES'] ?? 3)
const IS_PROFILED = process.env['BENCH_PROFILE'] === '1'
const WRITERS = ['Ana Sousa', 'Carla Mendes', 'Dev Patel']
const CHANNEL = 'Ward 3'
const TIMES = 20
const DAY_MS = 24 * 60 * 60 * 1000
/** Over so many days, the last of them yesterday. */
const DAYS = 400
const WITHIN_MS = 60_000
/** What takes longer for each message that was missed has failed. */
const MISSED_LIMIT_MS = 10
const REST_MS = 5000
/** The engine has started, and what it does then is over. */
const AFTER_START_MS = 2500
const SCROLL = { distance: 30_000, speed: 3000 }

const firstDay = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAYS * DAY_MS
const atOf = (number: number) => Math.floor(firstDay + ((number - 1) * DAYS * DAY_MS) / MESSAGES)
/** The first message of a day. */
const firstOfDay = (day: number) => Math.ceil((day * MESSAGES) / DAYS) + 1

interface Scene {
  readonly server: TestServer
  readonly wire: IsolatingWire
  readonly screen: Screen
  readonly channelId: ChannelId
  readonly writers: ReturnType<typeof openMemoryDatabase>[]
}

const say = (words: string) => void process.stdout.write(`${words}\n`)

/** Ben, in a browser, is in all channels; whoever else is in the long one has left their program. */
async function setTheScene(): Promise<Scene> {
  const wire = new IsolatingWire()
  await wire.open()
  const server = await startServer({ env: { REFORMS_URL: wire.url } })
  wire.leadTo(server.url)
  const writers = WRITERS.map(() => openMemoryDatabase())
  const [ana, ...others] = await registerAll(server, writers)
  const channelId = await ana!.createChannel(CHANNEL)
  for (const person of others) await person.join(channelId)
  const screen = await openScreen([INSPECTED])
  await screen.page.addInitScript(noteSearches)
  const link = await ana!.invite()
  await joinBy(screen.page, `${wire.url}${link.slice(link.indexOf('/#'))}`, 'Ben Okafor')
  await screen.page.goto(`${wire.url}/#/browse`)
  await screen.page.getByRole('button', { name: `Join ${CHANNEL}` }).click()
  await screen.page.getByRole('textbox', { name: /^Message / }).waitFor()
  await addChannels(ana!, screen.page)
  for (const person of [ana!, ...others]) {
    await person.isIn(channelId)
    await person.until('channel', { channelId }, (view) => view?.members.length === WRITERS.length + 1)
    await person.leave()
  }
  return { server, wire, screen, channelId, writers }
}

async function registerAll(server: TestServer, databases: Scene['writers']): Promise<TestPerson[]> {
  const people: TestPerson[] = []
  for (const [index, database] of databases.entries()) {
    const link = people[0] ? await people[0].invite() : server.setupLink
    people.push(await TestPerson.register({ serverUrl: server.url, database }, link, WRITERS[index]!))
  }
  return people
}

async function addChannels(ana: TestPerson, page: Page): Promise<void> {
  const people = await ana.until('people', {}, (all) => all.some(({ userName }) => userName === 'ben.okafor'))
  const ben = people.find(({ userName }) => userName === 'ben.okafor')!
  for (let number = 1; number < CHANNELS; number += 1) {
    const channelId = await ana.createChannel(`Room ${number}`, 'private', [ben.userId])
    await ana.say(channelId, `In room ${number}`)
  }
  const inList = (count: number) =>
    [...document.querySelectorAll('nav a[href^="#/c/"]')].filter((link) => link.textContent.includes('Room'))
      .length >= count
  if (CHANNELS > 1) await page.waitForFunction(inList, CHANNELS - 1, { timeout: WITHIN_MS })
}

/** Said while Ben's browser is elsewhere. */
async function sayWhileAway(
  { server, wire, screen, ...scene }: Scene,
  from: number,
  count: number,
): Promise<void> {
  await screen.page.goto('about:blank')
  const database = openDatabase(server.dataFolder)
  await lengthenLog(database, { ...scene, from, count, atOf })
  await database.sql.end()
  await server.terminate()
  await server.start()
  wire.leadTo(server.url)
}

const painted = (page: Page, act: Act, number: number, withinMs = WITHIN_MS) =>
  page.evaluate(paintedAfter, { act, words: markOf(number), withinMs })

async function comeBack({ screen, wire, channelId }: Scene, newest: number, missed: number): Promise<number> {
  await screen.page.goto(`${wire.url}/#/c/${channelId}`)
  return painted(screen.page, { opened: true }, newest, WITHIN_MS + missed * MISSED_LIMIT_MS)
}

/** Missed a few times, then all the others at once. */
async function measureCatchingUp(scene: Scene): Promise<void> {
  const times: number[] = []
  for (let time = 0; time < MISSED_TIMES && (time + 1) * MISSED <= MESSAGES; time += 1) {
    await sayWhileAway(scene, time * MISSED + 1, MISSED)
    times.push(await comeBack(scene, (time + 1) * MISSED, MISSED))
    await settle(scene.screen.page)
  }
  print(`${MISSED} missed: from opening the page until the newest is painted`, figuresOf(times))
  const said = times.length * MISSED
  if (said >= MESSAGES) return
  await sayWhileAway(scene, said + 1, MESSAGES - said)
  print(`${MESSAGES - said} missed, the same`, figuresOf([await comeBack(scene, MESSAGES, MESSAGES - said)]))
  await settle(scene.screen.page)
}

/** What follows on an arrival, such as marks of reading. */
const settle = (page: Page) => page.waitForTimeout(REST_MS)

async function measureOpening({ screen: { page }, channelId }: Scene): Promise<void> {
  const [fresh, again]: [number[], number[]] = [[], []]
  for (let time = 0; time < TIMES / 2; time += 1) {
    await page.evaluate(() => (location.hash = '#/people'))
    await page.waitForTimeout(400)
    if (time < TIMES / 4) {
      await page.reload()
      await page.getByRole('heading', { name: 'People' }).first().waitFor()
      await page.waitForTimeout(AFTER_START_MS)
    }
    ;(time < TIMES / 4 ? fresh : again).push(await painted(page, { follow: `#/c/${channelId}` }, MESSAGES))
  }
  print('the channel opened, after the page was loaded anew', figuresOf(fresh))
  print('the channel opened again', figuresOf(again))
  await page.reload()
  print(
    '  with the page and the engine started for it',
    figuresOf([await painted(page, { opened: true }, MESSAGES)]),
  )
}

async function scrollBy(page: Page, inspector: Inspector, distance: number, name: string): Promise<void> {
  const cdp = await page.context().newCDPSession(page)
  const forMs = (Math.abs(distance) / SCROLL.speed) * 1000
  let frames: number[] = []
  const { processor, clock } = await inspector.traceWork(async () => {
    const counted = page.evaluate(framesFor, forMs)
    const gesture = {
      x: 800,
      y: 450,
      yDistance: distance,
      speed: SCROLL.speed,
      gestureSourceType: 'mouse' as const,
    }
    await cdp.send('Input.synthesizeScrollGesture', gesture)
    frames = await counted
  })
  await cdp.detach()
  print(`${name}: from frame to frame`, figuresOf(frames))
  const late = (times: number[]) => times.filter((time) => time > 50).length
  say(
    `  over 50 ms: ${late(frames)} frames; tasks by the clock ${late(clock)} (longest ${Math.max(...clock).toFixed(0)} ms), ` +
      `by processor time ${late(processor)} (longest ${Math.max(...processor).toFixed(0)} ms)`,
  )
}

async function measureScrolling({ screen: { page }, channelId }: Scene, inspector: Inspector): Promise<void> {
  await painted(page, { follow: `#/c/${channelId}` }, MESSAGES)
  await page.waitForTimeout(1000)
  await scrollBy(page, inspector, SCROLL.distance, 'scrolling back from the newest')
  await painted(
    page,
    { follow: `#/c/${channelId}/m/${Math.floor(MESSAGES / 2)}` },
    Math.floor(MESSAGES / 2) - 8,
  )
  await page.waitForTimeout(3000)
  await scrollBy(page, inspector, SCROLL.distance, 'scrolling back from the middle')
  await scrollBy(page, inspector, -SCROLL.distance, 'scrolling on from there')
}

async function measureJumps({ screen: { page }, channelId }: Scene): Promise<void> {
  await page.evaluate(() => (location.hash = '#/people'))
  await page.waitForTimeout(400)
  await painted(page, { follow: `#/c/${channelId}` }, MESSAGES)
  const times: number[] = []
  for (let time = 0; time < TIMES; time += 1) {
    const day = 3 + ((time * 167) % (DAYS - 6))
    const name = new Date(firstDay + day * DAY_MS).toISOString().slice(0, 10)
    await page.waitForTimeout(600)
    times.push(await painted(page, { day: name }, firstOfDay(day)))
  }
  print('a jump to a day', figuresOf(times))
}

const QUERIES = [
  ...[0, 1, 2, 3].map((rank) => testingWord(rank)),
  ...[15_000, 15_003, 12_000].map((rank) => `"${testingWord(rank)}"`),
  ...[3, 7, 11].map((rank) => testingWord(rank * 7).slice(0, 3)),
  ...[1, 2].map((rank) => `${testingWord(rank)} ${testingWord(rank + 1)}`),
  `${testingWord(1)} from:"Ana Sousa"`,
  `${testingWord(2)} in:"${CHANNEL}"`,
  'from:"Dev Patel"',
  `on:${new Date(firstDay + 40 * DAY_MS).toISOString().slice(0, 7)}`,
  'zzyzx',
]

async function measureSearch({ screen: { page }, wire }: Scene): Promise<void> {
  await page.goto(`${wire.url}/#/search`)
  const field = page.getByRole('combobox').or(page.getByRole('searchbox')).first()
  for (let round = 0; round < 3; round += 1) {
    for (const query of QUERIES) {
      await field.fill(query)
      await page.waitForTimeout(350)
    }
  }
  const times = await page.evaluate(() => (globalThis as unknown as { searches: number[] }).searches)
  print('a search, from the page to the worker and back', figuresOf(times))
}

async function measureMemory(
  { screen: { page }, wire, channelId }: Scene,
  inspector: Inspector,
): Promise<void> {
  await page.goto('about:blank')
  await page.goto(`${wire.url}/#/c/${channelId}`)
  await painted(page, { opened: true }, MESSAGES)
  await page.waitForTimeout(2 * REST_MS)
  const { allMib, parts } = await page.evaluate(memoryOfPage)
  say(
    `at rest, ${CHANNELS} channels, ${MESSAGES} messages: ${allMib.toFixed(0)} MiB by measureUserAgentSpecificMemory`,
  )
  say(`  ${parts.join('; ')}`)
  for (const { type, name, heapMib, buffersMib } of await inspector.held())
    say(
      `  by the debugging protocol: ${type} ${name}: heap ${heapMib.toFixed(1)}, buffers ${buffersMib.toFixed(1)} MiB`,
    )
}

const PARTS = {
  opening: measureOpening,
  scrolling: measureScrolling,
  jumps: measureJumps,
  search: measureSearch,
  memory: measureMemory,
}

/** With `BENCH_PROFILE=1`, where the time goes in the page and in the engine's worker. */
async function run(name: string, inspector: Inspector, work: () => Promise<void>): Promise<void> {
  const began = performance.now()
  try {
    if (!IS_PROFILED || name === 'scrolling') await work()
    else for (const line of await inspector.profile(work)) say(`    ${line}`)
  } catch (problem) {
    say(`${name} failed: ${String(problem)}`)
    say(await scene.screen.page.evaluate(() => document.body.innerText.slice(0, 500)))
    process.exitCode = 1
  }
  say(`(${name}: ${((performance.now() - began) / 1000).toFixed(0)} s)\n`)
}

const scene = await setTheScene()
scene.screen.page.on('console', (message) => say(`console: ${message.text().slice(0, 300)}`))
say(`${describeMachine()}; ${MESSAGES} messages, ${CHANNELS} channels`)
const inspector = await Inspector.open(scene.screen.folder)
try {
  await run('catching up', inspector, () => measureCatchingUp(scene))
  const wanted = process.argv[2]?.split(',') ?? Object.keys(PARTS)
  for (const [name, part] of Object.entries(PARTS))
    if (wanted.includes(name)) await run(name, inspector, () => part(scene, inspector))
} finally {
  inspector.close()
  await scene.screen.close()
  scene.wire.close()
  await scene.server.stop()
}
