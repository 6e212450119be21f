/**
 * How soon somebody who has never been here can sign in: from the navigation until the fields are on the screen and take keys,
 * and what has been transferred by then; then, with a network of 10 Mbit/s and 40 ms, the same. Real Chromium, a fresh profile
 * each time, the server as it ships. `npm run bench -- browser-first-load`.
 */
import { startServer } from '@reforms/testkit'
import type { Page } from 'playwright-core'
import { describeMachine, figuresOf, print } from './figures.ts'
import { openScreen } from './screen.ts'

const TIMES = Number(process.env['BENCH_TIMES'] ?? 10)
const SLOW = { offline: false, latency: 40, downloadThroughput: 1_250_000, uploadThroughput: 1_250_000 }

interface FirstLoad {
  readonly usableMs: number
  readonly bytes: number
  readonly requests: number
  readonly engineAtMs: number
  readonly answeredMs: number
}

/** In the page, before anything of it runs: when the field for the user name has the focus, and a frame with it is out. */
function noteUsable(): void {
  const marks = { usable: 0, answered: 0 }
  Object.assign(globalThis, { marks })
  const look = () => {
    const field = document.querySelector('input[autocomplete="username"]')
    if (field && field === document.activeElement && marks.usable === 0) {
      marks.usable = -1
      requestAnimationFrame(() => setTimeout(() => (marks.usable = performance.now())))
    }
    if (document.querySelector('.entry-lead')) marks.answered ||= performance.now()
    if (marks.usable <= 0 || marks.answered === 0) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

/** In the page. */
function readMarks() {
  const { marks } = globalThis as unknown as { marks: { usable: number; answered: number } }
  const [page] = performance.getEntriesByType('navigation') as PerformanceResourceTiming[]
  const files = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
  const before = [...(page ? [page] : []), ...files.filter(({ startTime }) => startTime < marks.usable)]
  return {
    usableMs: marks.usable,
    answeredMs: marks.answered,
    bytes: before.reduce((sum, { transferSize }) => sum + transferSize, 0),
    requests: before.length,
    engineAtMs: files.find(({ name }) => /\/worker-[^/]*\.js$/.test(name))?.startTime ?? 0,
  }
}

async function measure(page: Page, url: string): Promise<FirstLoad> {
  await page.addInitScript(noteUsable)
  await page.goto(url)
  await page.waitForFunction(() => {
    const { marks } = globalThis as unknown as { marks: { usable: number; answered: number } }
    return marks.usable > 0 && marks.answered > 0
  })
  return page.evaluate(readMarks)
}

async function firstLoad(url: string, slow: boolean): Promise<FirstLoad> {
  const screen = await openScreen()
  try {
    if (slow) {
      const network = await screen.context.newCDPSession(screen.page)
      await network.send('Network.enable')
      await network.send('Network.emulateNetworkConditions', SLOW)
    }
    return await measure(screen.page, url)
  } finally {
    await screen.close()
  }
}

function report(name: string, loads: readonly FirstLoad[]): void {
  process.stdout.write(`\n${name}\n`)
  print('usable: the fields take keys and are on the screen', figuresOf(loads.map((load) => load.usableMs)))
  print('the engine’s code is asked for', figuresOf(loads.map((load) => load.engineAtMs)))
  print('the engine has asked the server for its name', figuresOf(loads.map((load) => load.answeredMs)))
  const bytes = Math.max(...loads.map((load) => load.bytes))
  const requests = Math.max(...loads.map((load) => load.requests))
  process.stdout.write(
    `transferred until it is usable: ${(bytes / 1000).toFixed(1)} KB in ${requests} answers\n`,
  )
}

const server = await startServer()
process.stdout.write(`${describeMachine()}, a fresh profile each of ${TIMES} times\n`)
for (const slow of [false, true]) {
  const loads: FirstLoad[] = []
  for (let time = 0; time < TIMES; time += 1) loads.push(await firstLoad(server.url, slow))
  report(slow ? '10 Mbit/s, 40 ms' : 'loopback', loads)
}
await server.stop()
