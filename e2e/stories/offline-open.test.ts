/** The page opens without a connection once it has been there: with what it has, and taking messages. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { CONNECTION_LOST } from '../harness/browser.ts'
import { look, LOOKING_MS } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, BrowserPerson } from '../harness/person.ts'
import { copyWhatShips } from '../harness/shipped-copy.ts'

/** Until the browser keeps the whole page. */
async function kept(page: Page): Promise<void> {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
}

function buildOf(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.documentElement.dataset['build'])
}

/** The builds whose pages the browser keeps. */
function keptPages(page: Page): Promise<(string | undefined)[]> {
  return page.evaluate(async () => {
    const caches = await Promise.all((await self.caches.keys()).map((name) => self.caches.open(name)))
    const pages = await Promise.all(caches.map(async (cache) => (await cache.match('/'))?.text()))
    return pages.map((words) => /data-build="(\w+)"/.exec(words ?? '')?.[1])
  })
}

test('ENG-10, ENG-12: without a server the page opens, shows what it has, and sends what was written later, once each', async () => {
  const { server, wire, admin, welcome } = await startOrganisation()
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  await ben.joinChannel('Ward 3')
  await admin.say(channelId, 'Before')
  await ben.reads('Before')
  await kept(ben.page)

  ben.profile.tolerate(...CONNECTION_LOST)
  await server.kill9()
  await ben.page.reload()
  await ben.reads('Before')
  await ben.page.getByText('You are offline').waitFor()
  await ben.say('In the lift, one')
  const later = ben.inTab(await ben.profile.newTab())
  await ben.page.close()
  await later.page.goto(wire.url)
  await later.openConversation('Ward 3')
  await later.message('In the lift, one').waitFor()
  await later.say('In the lift, two')
  await later.page.getByText('2 messages wait').waitFor()

  await server.start()
  for (const words of ['In the lift, one', 'In the lift, two']) await later.reads(words)
  await admin.say(channelId, 'Welcome back')
  await later.reads('Welcome back')
  await admin.hears(channelId, 'In the lift, two')
  expect(await admin.texts(channelId)).toEqual([
    'Before',
    'In the lift, one',
    'In the lift, two',
    'Welcome back',
  ])
})

test('a server with another build of the page: the next load shows it, and so does one without a connection', async () => {
  const shipped = copyWhatShips()
  shipped.rebuild('first')
  const { server, wire, admin, welcome } = await startOrganisation({}, shipped.program)
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  await ben.joinChannel('Ward 3')
  await kept(ben.page)
  expect(await buildOf(ben.page)).toBe('first')
  ben.profile.tolerate(...CONNECTION_LOST)
  for (const build of ['second', 'third']) {
    await server.terminate()
    shipped.rebuild(build)
    await server.start()
    await ben.page.reload()
    expect(await buildOf(ben.page)).toBe(build)
    await admin.say(channelId, `Seen by the ${build}`)
    await ben.reads(`Seen by the ${build}`)
    await expect.poll(() => keptPages(ben.page), { timeout: ARRIVAL_MS }).toContain(build)

    wire.cut()
    await ben.page.reload()
    await ben.reads(`Seen by the ${build}`)
    expect(await buildOf(ben.page)).toBe(build)
    wire.mend()
  }
  expect(await keptPages(ben.page)).toEqual(['second', 'third'])
})

test('without a service worker all but opening offline works', async () => {
  const { wire, admin, hire } = await startOrganisation()
  const carla = await hire('Carla Mendes')
  const channelId = await admin.createChannel('Ward 3')
  await carla.join(channelId)
  const ben = await BrowserPerson.open('Ben Okafor')
  await ben.profile.context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'))
  await ben.register(await admin.invite())
  expect(await ben.page.evaluate(() => 'serviceWorker' in navigator)).toBe(false)
  await ben.joinChannel('Ward 3')
  await ben.say('From an old browser')
  await carla.hears(channelId, 'From an old browser')
  await ben.page.reload()
  await ben.reads('From an old browser')
  ben.profile.tolerate(...CONNECTION_LOST)
  wire.cut()
  await ben.say('In the lift')
  await ben.page.getByText('1 message waits').waitFor()
  wire.mend()
  await carla.hears(channelId, 'In the lift')
})

test('the page as it opens without a connection is accessible', { timeout: LOOKING_MS }, async () => {
  const { wire, admin, welcome } = await startOrganisation()
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  await ben.joinChannel('Ward 3')
  await admin.say(channelId, 'Before')
  await ben.reads('Before')
  await kept(ben.page)
  ben.profile.tolerate(...CONNECTION_LOST)
  wire.cut()
  await ben.page.reload()
  await ben.page.getByText('You are offline').waitFor()
  await ben.say('In the lift')
  expect(await look(ben.page, 'offline')).toEqual([])
})
