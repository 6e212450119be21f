/**
 * From the send key in one browser until the message is painted in another, and in the sender's own: two Chromium profiles, the
 * server as it ships, loopback. Where the time goes is told by what both pages and the wires between note, by one machine's
 * clock. `npm run bench -- send-to-paint`; BENCH_TIMES messages.
 */
import { startServer, TestPerson } from '@reforms/testkit'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { measureEmptyPage } from './empty-page.ts'
import { describeMachine, figuresOf, print } from './figures.ts'
import { RecordingWire } from './recording-wire.ts'
import { joinBy, openScreen, type Screen } from './screen.ts'

const TIMES = Number(process.env['BENCH_TIMES'] ?? 50)
const CHANNEL = 'Ward 3'
/** Lets what a message leaves to do, such as marks of reading, come to its end. */
const PAUSE_MS = 400
const ARRIVAL_MS = 60_000
/** A message's frame is larger than those of pings and marks. */
const MESSAGE_BYTES = 250

interface Noted {
  /** Milliseconds since 1970, by the text of a message. */
  readonly keys: Record<string, number>
  /** The first snapshot of the engine that holds the text. */
  readonly told: Record<string, number>
  readonly painted: Record<string, number>
}

/** In each page, before anything of it runs. */
function noteMessages(): void {
  const noted: Noted = { keys: {}, told: {}, painted: {} }
  Object.assign(globalThis, { noted })
  const now = () => performance.timeOrigin + performance.now()
  const textsIn = (words: string) => words.match(/measured \d+ times/g) ?? []
  addEventListener(
    'keydown',
    ({ key, target }) => {
      if (key === 'Enter' && target instanceof HTMLTextAreaElement) noted.keys[target.value] ??= now()
    },
    { capture: true },
  )
  globalThis.BroadcastChannel = class extends BroadcastChannel {
    constructor(name: string) {
      super(name)
      this.addEventListener('message', ({ data }: MessageEvent<{ kind?: string }>) => {
        if (data.kind !== 'snapshot') return
        for (const text of textsIn(JSON.stringify(data))) noted.told[text] ??= now()
      })
    }
  }
  new MutationObserver(() => {
    const log = document.querySelector('[role="log"]')
    for (const text of textsIn(log?.textContent ?? '')) {
      if (text in noted.painted) continue
      noted.painted[text] = 0
      requestAnimationFrame(() => setTimeout(() => (noted.painted[text] = now())))
    }
  }).observe(document, { subtree: true, childList: true, characterData: true })
}

async function openPerson(url: string, link: string, name: string): Promise<Screen> {
  const screen = await openScreen()
  await screen.page.addInitScript(noteMessages)
  await joinBy(screen.page, `${url}${link.slice(link.indexOf('/#'))}`, name)
  await screen.page.goto(`${url}/#/browse`)
  await screen.page.getByRole('button', { name: `Join ${CHANNEL}` }).click()
  await screen.page.getByRole('textbox', { name: /^Message / }).waitFor()
  return screen
}

async function notedBy(page: Page): Promise<Noted> {
  return page.evaluate(() => (globalThis as unknown as { noted: Noted }).noted)
}

async function say(sender: Page, reader: Page, text: string): Promise<void> {
  const field = sender.getByRole('textbox', { name: /^Message / })
  await field.fill(text)
  await field.press('Enter')
  const isPainted = (words: string) =>
    ((globalThis as unknown as { noted: Noted }).noted.painted[words] ?? 0) > 0
  for (const page of [sender, reader]) await page.waitForFunction(isPainted, text, { timeout: ARRIVAL_MS })
  await sleep(PAUSE_MS)
}

const wire = new RecordingWire()
await wire.open()
const server = await startServer({ env: { REFORMS_URL: wire.url } })
wire.leadTo(server.url)
const admin = await TestPerson.register({ serverUrl: server.url }, server.setupLink, 'Ana Sousa')
await admin.createChannel(CHANNEL)
const ben = await openPerson(wire.url, await admin.invite(), 'Ben Okafor')
const carla = await openPerson(wire.url, await admin.invite(), 'Carla Mendes')

const texts = Array.from({ length: TIMES }, (_, index) => `measured ${index + 1} times`)
await say(ben.page, carla.page, 'measured 0 times')
for (const text of texts) await say(ben.page, carla.page, text)
const [sent, read] = [await notedBy(ben.page), await notedBy(carla.page)]

const stages: Record<string, number[]> = {}
const note = (name: string, from: number, to: number) => void (stages[name] ??= []).push(to - from)
for (const text of texts) {
  const key = sent.keys[text] ?? NaN
  const up = wire.first(key, ({ to, bytes }) => to === 'server' && bytes >= MESSAGE_BYTES)
  const down = wire.first(key, ({ to, bytes, connection }) => {
    return to === 'browser' && bytes >= MESSAGE_BYTES && connection !== up?.connection
  })
  const told = read.told[text] ?? NaN
  const painted = read.painted[text] ?? NaN
  note('from the key until painted in the other browser', key, painted)
  note('  key to the wire: outbox, encryption', key, up?.at ?? NaN)
  note('  wire to wire: the server', up?.at ?? NaN, down?.at ?? NaN)
  note('  wire to the page: decryption, database, view', down?.at ?? NaN, told)
  note('  page to painted', told, painted)
  note('from the key until painted in the sender’s own', key, sent.painted[text] ?? NaN)
  note('  key to the page: outbox, view', key, sent.told[text] ?? NaN)
}
process.stdout.write(`${describeMachine()}, ${TIMES} messages\n`)
for (const [name, times] of Object.entries(stages)) print(name, figuresOf(times))
print('an empty page, from a socket until painted', figuresOf(await measureEmptyPage(carla.page, TIMES)))

for (const { close } of [ben, carla]) await close()
wire.close()
await admin.leave()
await server.stop()
