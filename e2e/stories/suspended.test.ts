/**
 * Two tabs, and the one that leads stands still: a browser freezes its page, or the system stops its whole process, worker and locks
 * and open files with it. The other goes on or says what is up; whatever was written meanwhile is there afterwards, once.
 */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { startOrganisation, type Organisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, type BrowserPerson } from '../harness/person.ts'
import { processOf, suspend } from '../harness/process.ts'

/** More than the other tab waits for a heartbeat. */
const FROZEN_MS = 6000
/** More than the engine waits for a sign of the server's life (33 s), and the server for an answer to its ping (30 s). */
const STOPPED_MS = 40_000
/** Until the other tab says why it cannot go on: the heartbeats, then the worker. */
const TOLD_WITHIN_MS = 15_000

interface TwoTabs extends Organisation {
  readonly channelId: Awaited<ReturnType<Organisation['admin']['createChannel']>>
  readonly leader: BrowserPerson
  readonly other: BrowserPerson
}

async function openTwoTabs(): Promise<TwoTabs> {
  const organisation = await startOrganisation()
  const { admin, wire, welcome } = organisation
  const channelId = await admin.createChannel('Ward 3')
  const leader = await welcome('Ben Okafor')
  await leader.joinChannel('Ward 3')
  await leader.say('Before')
  const other = leader.inTab(await leader.profile.newTab())
  await other.page.goto(wire.url)
  await other.openConversation('Ward 3')
  await other.reads('Before')
  return { ...organisation, channelId, leader, other }
}

/** How many connections the server has, of everybody. */
async function sockets(metricsUrl: string): Promise<number> {
  const metrics = await (await fetch(metricsUrl)).text()
  return Number(/^reforms_sockets (\d+)$/m.exec(metrics)?.[1])
}

async function freeze(page: Page): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  return async () => void (await session.send('Page.setWebLifecycleState', { state: 'active' }))
}

/** Everything in its order, once, in both tabs, for others, and in a tab that opens later; by one connection. */
async function allThereOnce({ server, wire, admin, channelId, leader, other }: TwoTabs, texts: string[]) {
  for (const tab of [leader, other]) for (const words of texts) await tab.reads(words)
  for (const words of texts) await admin.hears(channelId, words)
  expect((await admin.texts(channelId)).toSorted()).toEqual(texts.toSorted())
  await expect.poll(() => sockets(server.metricsUrl), { timeout: ARRIVAL_MS }).toBe(2)
  await leader.say('I am back')
  await other.reads('I am back')
  await leader.page.close()
  await other.say('And alone now')
  await admin.hears(channelId, 'And alone now')
  const later = other.inTab(await other.profile.newTab())
  await later.page.goto(wire.url)
  await later.openConversation('Ward 3')
  for (const words of [...texts, 'I am back', 'And alone now']) await later.reads(words)
}

test('ENG-11: the leader’s page is frozen: the other tab goes on, and both have everything once', async () => {
  const tabs = await openTwoTabs()
  const { admin, channelId, leader, other } = tabs
  const thaw = await freeze(leader.page)
  await admin.say(channelId, 'Into the frost')
  await other.reads('Into the frost')
  await other.say('Out of the frost')
  await admin.hears(channelId, 'Out of the frost')
  await other.page.waitForTimeout(FROZEN_MS)
  await admin.say(channelId, 'Still frozen')
  await other.reads('Still frozen')
  await thaw()
  await allThereOnce(tabs, ['Before', 'Into the frost', 'Out of the frost', 'Still frozen'])
})

test('ENG-11, LOG-6: the leader’s process is stopped: the other tab says so, and afterwards both have everything once', async () => {
  const tabs = await openTwoTabs()
  const { admin, channelId, leader, other } = tabs
  const stopped = await processOf(leader.profile, leader.page)
  expect(await processOf(other.profile, other.page)).not.toBe(stopped)
  const resume = suspend(stopped)
  const began = Date.now()
  await admin.say(channelId, 'Meanwhile')
  const write = async (words: string) => {
    await other.composer().fill(words)
    await other.composer().press('Enter')
  }
  await write('Written early')
  const told = other.page.getByText('Close other windows of this address').first()
  await told.waitFor({ timeout: TOLD_WITHIN_MS })
  // From now on nothing is taken that nobody could keep: it stays where it was typed.
  await write('Written late')
  await expect.poll(() => other.composer().inputValue()).toBe('Written late')
  await other.page.waitForTimeout(Math.max(0, began + STOPPED_MS - Date.now()))
  expect(await told.isVisible()).toBe(true)

  resume()
  await other.reads('Written early')
  await told.waitFor({ state: 'detached' })
  await other.composer().press('Enter')
  await allThereOnce(tabs, ['Before', 'Meanwhile', 'Written early', 'Written late'])
})
