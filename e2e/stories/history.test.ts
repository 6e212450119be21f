/** A long history, and how far somebody has read it, on every device. */
import { TestPerson } from '@reforms/testkit'
import type { Locator } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { DESKTOP } from '../harness/browser.ts'
import { show } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, BrowserPerson } from '../harness/person.ts'

const LENGTH = 300
/** More than a conversation takes in at once. */
const MISSED = 450
const JUMP_PX = 2
/** Less than the window is high. */
const STEP_PX = 600
const WINDOW_TOP_PX = 72
const WINDOW_END_PX = 700

/** Where the messages stand on the screen now, by their words. */
async function places(person: BrowserPerson): Promise<Map<string, number>> {
  const found = await person.page
    .getByRole('log', { name: 'Messages' })
    .getByRole('article')
    .evaluateAll((articles) =>
      articles.map((article): [string, number] => [
        /Report \d+/.exec(article.textContent)?.[0] ?? '',
        article.getBoundingClientRect().top,
      ]),
    )
  return new Map(found.filter(([words]) => words !== ''))
}

/** Waits until the whole window is drawn, as somebody does who reads; then tells what stands there. */
async function read(person: BrowserPerson, beginning: Locator): Promise<string[]> {
  for (let tries = 0; tries < 50; tries++) {
    const now = await places(person)
    const tops = [...now.values()]
    const isDrawn = Math.min(...tops) < WINDOW_TOP_PX && Math.max(...tops) > WINDOW_END_PX
    if (isDrawn || (await beginning.isVisible())) return [...now.keys()]
    await person.page.waitForTimeout(40)
  }
  throw new Error('the window stays empty')
}

/** Watches while nobody scrolls: how far what is on the screen moves by itself. */
async function restlessness(person: BrowserPerson): Promise<number> {
  const before = await places(person)
  await person.page.waitForTimeout(250)
  const after = await places(person)
  const moves = [...before].flatMap(([words, top]) => {
    const now = after.get(words)
    const inSight = top > 60 && top < 840
    return now === undefined || !inSight ? [] : [Math.abs(now - top)]
  })
  return Math.max(0, ...moves)
}

test('SRCH-2: back through three hundred messages to the first, nothing jumps while older ones come in, and to a day; a new device fetches them', async () => {
  const { admin, wire, welcome } = await startOrganisation()
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  await ben.joinChannel('Ward 3')
  await admin.say(channelId, 'The keys are in the blue box')
  const sent = Array.from({ length: LENGTH }, (_, index) =>
    admin.say(channelId, `Report ${index + 1}. ${'All beds are made. '.repeat(1 + (index % 7))}`),
  )
  await Promise.all(sent)
  const newest = ben.message(`Report ${LENGTH}.`)
  await newest.waitFor({ timeout: ARRIVAL_MS })
  const { page } = ben
  await page.reload()
  await newest.waitFor({ timeout: ARRIVAL_MS })

  const beginning = page.getByText('This is the beginning of Ward 3')
  await page.getByRole('log', { name: 'Messages' }).hover()
  const seen = new Set((await places(ben)).keys())
  for (let step = 0; step < 200 && !(await beginning.isVisible()); step++) {
    await page.mouse.wheel(0, -STEP_PX)
    await page.waitForTimeout(60)
    for (const words of await read(ben, beginning)) seen.add(words)
    if (step % 5 === 0) expect(await restlessness(ben), `after step ${step}`).toBeLessThanOrEqual(JUMP_PX)
  }
  await beginning.waitFor()
  await ben.message('Report 1.').waitFor()
  const missed = Array.from({ length: LENGTH }, (_, i) => `Report ${i + 1}`).filter(
    (words) => !seen.has(words),
  )
  expect(missed).toEqual([])

  await page.getByRole('button', { name: 'Go to newest' }).click()
  await newest.waitFor()

  const today = await page.evaluate(() => new Date().toLocaleDateString('sv-SE'))
  await page.locator('input[aria-label="Go to a day"]').first().fill(today)
  await beginning.waitFor()
  expect(await newest.isVisible()).toBe(false)
  await show(page, 'go-to-day')
  await page.getByRole('button', { name: 'Go to newest' }).click()
  await newest.waitFor()
  await searchWhileFetched(ben, await BrowserPerson.restore(ben, wire.url))
})

/** On a device that is new, older messages come in the background: one sees how far, writes meanwhile, and finds what came. */
async function searchWhileFetched(ben: BrowserPerson, laptop: BrowserPerson): Promise<void> {
  const { page } = laptop
  await laptop.openConversation('Ward 3')
  await laptop.say('From the new device')
  await ben.reads('From the new device')
  await page.keyboard.press('Control+Shift+F')
  const panel = page.getByRole('search', { name: 'Search messages' })
  await panel.getByRole('searchbox').fill('blue box')
  const progress = panel.getByRole('progressbar', { name: 'Older messages on this device' })
  await progress.waitFor()
  const told = await panel.evaluateHandle((element) => {
    const lines = new Set<string>()
    const note = () => {
      const line = element.querySelector('.search-index p')?.textContent
      if (line) lines.add(line)
    }
    note()
    new MutationObserver(note).observe(element, { subtree: true, childList: true, characterData: true })
    return lines
  })
  await panel.getByRole('heading', { name: 'Nothing found' }).waitFor()
  await show(page, 'search-progress')
  await panel.getByRole('link', { name: /The keys are in the blue box/ }).waitFor({ timeout: ARRIVAL_MS })
  await progress.waitFor({ state: 'detached', timeout: ARRIVAL_MS })
  const lines = await told.evaluate((words) => [...words])
  expect(lines.length).toBeGreaterThan(1)
  for (const line of lines)
    expect(line).toMatch(/^\d+ of 30\d entries can be searched so far. Older ones are being fetched.$/)
}

test('a line says what is new, and what is read on one device is read on the other', async () => {
  const { server, admin, welcome } = await startOrganisation()
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  await ben.joinChannel('Ward 3')
  await ben.say('I am in')
  await ben.reads('I am in')
  const second = await TestPerson.restore({ serverUrl: server.url }, 'Ben Okafor', ben.phrase)
  onTestFinished(() => second.leave())
  await second.isIn(channelId)
  const unreadOnSecond = (count: number) =>
    second.until('channels', {}, (all) => all.find((item) => item.channelId === channelId)?.unread === count)

  await ben.go('#/browse')
  for (const words of ['One', 'Two', 'Three']) await admin.say(channelId, words)
  await ben.conversations().getByText('3 unread').waitFor()
  await unreadOnSecond(3)
  expect(await ben.page.title()).toContain('3')
  await ben.openConversation('Ward 3')
  await ben.page.getByRole('separator', { name: 'New' }).waitFor()
  await ben.reads('Three')
  await unreadOnSecond(0)
  const conversation = ben.page.url()

  await ben.go('#/browse')
  await admin.say(channelId, 'Four')
  await ben.conversations().getByText('1 unread').waitFor()
  const { items } = await second.until('timeline', { channelId, limit: 50 }, (view) =>
    view.items.some((item) => item.kind === 'message' && item.text === 'Four'),
  )
  const four = items.find((item) => item.kind === 'message' && item.text === 'Four')
  if (four?.kind !== 'message' || four.seq === undefined) throw new Error('it has no place in the log')
  await second.do('channel.markRead', { channelId, seq: four.seq })
  await ben.conversations().getByText('1 unread').waitFor({ state: 'detached' })

  await ben.page.goto('about:blank')
  await Promise.all(
    Array.from({ length: MISSED }, (_, index) => admin.say(channelId, `Missed ${index + 1}.`)),
  )
  await admin.hears(channelId, `Missed ${MISSED}.`)
  await ben.page.goto(conversation)
  await ben.message(`Missed ${MISSED}.`).waitFor({ timeout: ARRIVAL_MS })
  await changeOnesMind(ben)
  await ben.page.getByRole('button', { name: 'Go to the first new message' }).click()
  await ben.message('Missed 1.').waitFor()
  expect(await ben.page.getByRole('separator', { name: 'New' }).isVisible()).toBe(true)
})

/** Longer than a jump takes. */
const JUMPED_MS = 1000

/** To the first new message, and to the newest before any answer is here: the last wish counts. */
async function changeOnesMind(ben: BrowserPerson): Promise<void> {
  const { page } = ben
  const stays = async () => {
    await page.waitForTimeout(JUMPED_MS)
    expect(await ben.message('Missed 1.').count()).toBe(0)
    expect((await ben.message(`Missed ${MISSED}.`).boundingBox())!.y).toBeLessThan(DESKTOP.height)
  }
  await page.getByRole('log', { name: 'Messages' }).hover()
  await page.mouse.wheel(0, -STEP_PX)
  const toNew = page.getByRole('button', { name: 'Go to the first new message' })
  const toNewest = page.getByRole('button', { name: 'Go to newest' })
  await toNewest.waitFor()
  // Both in one turn of the page: no answer comes in between.
  const button = await toNewest.elementHandle()
  await toNew.evaluate((first: HTMLElement, last) => {
    first.click()
    ;(last as HTMLElement).click()
  }, button)
  await stays()
  await toNew.evaluate((first: HTMLElement) => {
    first.click()
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true }))
  })
  await stays()
}
