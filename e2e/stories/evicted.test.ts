/**
 * A browser that runs out of room erases what a site keeps: the database in private files, its key in IndexedDB, the kept page. It
 * may leave the cookie. The person is told, comes back by password and phrase, and has lost nothing that the server took.
 */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { startOrganisation, type Organisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, PASSWORD, type BrowserPerson } from '../harness/person.ts'

const ALL = 'indexeddb,file_systems,cache_storage,service_workers,local_storage,storage_buckets'
/** What is erased, as Chromium names it. The last leaves a database for which nobody has a key. */
const ERASED = {
  'everything but the cookie': ALL,
  'everything, the cookie too': `${ALL},cookies`,
  'the database’s key': 'indexeddb',
} as const
const CHANNELS = ['Ward 3', 'Ward 4']
const KEYS_LOST = 'This browser has erased what Reforms kept here'

type Erased = keyof typeof ERASED

/** Asked for from another page of the profile. */
async function erase(person: BrowserPerson, from: Page, erased: Erased): Promise<void> {
  const session = await person.profile.context.newCDPSession(from)
  const origin = new URL(person.page.url()).origin
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: ERASED[erased] })
  await session.detach()
}

/** What a site has in its private files and its databases, as a page of it sees them. */
function kept(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name ?? '')
    const root = await navigator.storage.getDirectory()
    for await (const name of root.keys()) names.push(name)
    return names
  })
}

async function comesBack(person: BrowserPerson, url: string, erased: Erased): Promise<void> {
  const { page } = person
  await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: ARRIVAL_MS })
  // Without a cookie nobody knows that somebody was here.
  // Without what the page remembers either, the fields are there before the engine has said why they are.
  if (erased === 'everything, the cookie too') expect(await page.getByText(KEYS_LOST).count()).toBe(0)
  else await page.getByText(KEYS_LOST).waitFor({ timeout: ARRIVAL_MS })
  await page.getByLabel('User name').fill(person.userName)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('Word 1', { exact: true }).fill(person.phrase)
  await page.getByRole('button', { name: 'Confirm', exact: true }).click()
  await person.conversations().waitFor({ timeout: ARRIVAL_MS })
  expect(new URL(page.url()).origin).toBe(url)
}

/** Every channel is there with every word of it, takes a message and brings the answer. */
async function hasLostNothing(
  person: BrowserPerson,
  admin: Organisation['admin'],
  words: Map<string, string[]>,
) {
  for (const [name, said] of words) {
    await person.openConversation(name)
    for (const text of said) await person.reads(text)
    expect(await person.page.getByText('waits for its key').count()).toBe(0)
    const channelId = (
      await admin.until('channels', {}, (all) => all.some((channel) => channel.name === name))
    ).find((channel) => channel.name === name)!.channelId
    const [mine, answer] = [`Here after round ${said.length}`, `Welcome to round ${said.length}`]
    await person.say(mine)
    await admin.hears(channelId, mine)
    await admin.say(channelId, answer)
    await person.reads(answer)
    said.push(mine, answer)
  }
}

async function joined(organisation: Organisation) {
  const { admin, welcome } = organisation
  const words = new Map<string, string[]>()
  const person = await welcome('Ben Okafor')
  for (const name of CHANNELS) {
    const channelId = await admin.createChannel(name)
    await person.joinChannel(name)
    await admin.say(channelId, `Report of ${name}`)
    await person.reads(`Report of ${name}`)
    await person.say(`Answer in ${name}`)
    await admin.hears(channelId, `Answer in ${name}`)
    words.set(name, [`Report of ${name}`, `Answer in ${name}`])
  }
  return { person, words }
}

async function closeEraseAndOpen(person: BrowserPerson, url: string, erased: Erased): Promise<BrowserPerson> {
  const blank = await person.profile.newTab()
  await person.page.close()
  await erase(person, blank, erased)
  const again = person.inTab(blank)
  again.phrase = person.phrase
  await again.page.goto(url)
  return again
}

for (const erased of ['everything but the cookie', 'everything, the cookie too'] as const) {
  test(`ENG-8: ${erased}, is erased, while closed and while open: told, back by the phrase, nothing lost`, async () => {
    const organisation = await startOrganisation()
    const { admin, wire } = organisation
    const { person, words } = await joined(organisation)
    const again = await closeEraseAndOpen(person, wire.url, erased)
    await comesBack(again, wire.url, erased)
    await hasLostNothing(again, admin, words)

    // Chromium erases files that a worker has open: it goes on with them, and nobody else sees them any more.
    expect(await kept(again.page)).toHaveLength(2)
    await erase(again, again.page, erased)
    expect(await kept(again.page)).toEqual([])
    if (erased === 'everything but the cookie') {
      await again.say('Written when all was gone')
      await again.reads('Written when all was gone')
      words.get(CHANNELS.at(-1)!)!.push('Written when all was gone')
    }
    await again.page.reload()
    await comesBack(again, wire.url, erased)
    await hasLostNothing(again, admin, words)
  })
}

test('ENG-8: the database’s key alone is erased: the database is begun anew, and nothing is lost', async () => {
  const organisation = await startOrganisation()
  const { person, words } = await joined(organisation)
  const again = await closeEraseAndOpen(person, organisation.wire.url, 'the database’s key')
  await comesBack(again, organisation.wire.url, 'the database’s key')
  await hasLostNothing(again, organisation.admin, words)
})
