/** Every screen, in light and dark, narrow and wide, from left and from right, without an accessibility violation, and without a line that runs off the side. */
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { DESKTOP, PHONE, TABLET } from '../harness/browser.ts'
import { glance, look, LOOKING_MS, show } from '../harness/look.ts'
import { offTheSide } from '../harness/off-the-side.ts'
import { startOrganisation, type Organisation } from '../harness/organisation.ts'
import { BrowserPerson } from '../harness/person.ts'

const TALK = [
  ['Ana Sousa', 'Good morning. The new **rota** is up, please look at it by Friday.'],
  [
    'Carla Mendes',
    'Thank you. Could somebody take my Tuesday? I can offer the weekend:\n\n- Saturday, early\n- Sunday, late',
  ],
  ['David Osei', 'Sunday would suit me. Shall we swap?'],
  ['Carla Mendes', 'Gladly, thank you.'],
  [
    'Ana Sousa',
    'I have put it in. The lift to the second floor is out until noon, so please take the east stairs.',
  ],
] as const

/** A small organisation that has been talking; `ward` is what it talks in. */
async function furnish({ admin, hire }: Organisation) {
  const people = [admin, await hire('Carla Mendes'), await hire('David Osei')] as const
  const ward = await admin.createChannel('Ward 3')
  await admin.createChannel('Pharmacy')
  await admin.createChannel('Night shift')
  for (const person of people.slice(1)) await person.join(ward)
  for (const [name, words] of TALK) {
    const speaker = people[['Ana Sousa', 'Carla Mendes', 'David Osei'].indexOf(name)]!
    await speaker.say(ward, words)
    await Promise.all(people.map((person) => person.hears(ward, words)))
  }
}

/** Reactions, a reply, a thread that is open, a mention. */
async function talkAbout({ admin }: Organisation, ben: BrowserPerson) {
  const channelId = (await admin.until('channels', {}, (items) => items.length > 0)).find(
    ({ name }) => name === 'Ward 3',
  )!.channelId
  const asked = await admin.hears(channelId, TALK[1][1])
  const seq = asked.seq!
  await admin.do('message.react', { channelId, seq, emoji: '👍', on: true })
  await admin.do('message.pin', { channelId, seq, on: true })
  const say = (text: string, as: 'reply' | 'thread') =>
    admin.do('message.send', { channelId, text, files: [], answers: { as, seq } })
  await say('The early one is mine, if you like.', 'thread')
  await say('@ben.okafor, could you take the late one?', 'reply')
  await ben.reads('could you take the late one?')
  const { page } = ben
  await ben
    .message('Could somebody take my Tuesday?')
    .getByRole('button', { name: /1 answer/ })
    .click()
  const thread = page.getByRole('complementary', { name: 'Thread' })
  await thread.getByText('The early one is mine').waitFor()
  await thread.getByRole('textbox').fill('And I take the late one.')
  await thread.getByRole('textbox').press('Enter')
}

/** For the documents: what opens above a conversation. */
async function picture(ben: BrowserPerson): Promise<void> {
  const { page } = ben
  await show(page, 'message-actions', async () => {
    const message = ben.message('Could somebody take my Tuesday?')
    await message.hover()
    await message.getByRole('button', { name: 'Message actions' }).click()
  })
  await show(page, 'palette', async () => {
    await ben.composer().focus()
    await page.keyboard.press('Control+k')
  })
  await show(page, 'shortcuts', async () => {
    await page.getByRole('button', { name: 'You: Ben Okafor' }).click()
    await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click()
  })
}

const PLACES = [
  '#/',
  '#/browse',
  '#/people',
  '#/inbox',
  '#/threads',
  '#/saved',
  '#/reminders',
  '#/search',
  ...['profile', 'devices', 'security', 'appearance', 'notifications', 'about'].map(
    (part) => `#/settings/${part}`,
  ),
  ...['people', 'invitations', 'settings', 'audit'].map((part) => `#/admin/${part}`),
]

/** The densities in which nobody has looked yet. */
const DENSITIES = { cosy: TABLET, compact: DESKTOP }

/** The main screens in the other densities, each at one width. */
async function walkDense(ben: BrowserPerson): Promise<string[]> {
  const { page } = ben
  const problems: string[] = []
  for (const [density, viewport] of Object.entries(DENSITIES)) {
    await page.setViewportSize(viewport)
    await page.evaluate((chosen) => void (document.documentElement.dataset['density'] = chosen), density)
    const visit = async (hash: string, ready: string) => {
      await ben.go(hash)
      await page.getByRole('main').getByText(ready).first().waitFor()
      problems.push(...(await glance(page, `${hash}, ${density}`)))
    }
    await visit('#/people', 'Carla Mendes')
    await visit('#/admin/people', 'Carla Mendes')
    await visit('#/settings/appearance', 'Density')
    await ben.go('#/')
    await ben.openConversation('Ward 3')
    await visit(new URL(page.url()).hash, 'Could somebody take my Tuesday?')
    await page.getByRole('button', { name: 'Members' }).click()
    await page.getByRole('list', { name: 'Members' }).getByText('Carla Mendes').waitFor()
    problems.push(...(await glance(page, `members, ${density}`)))
  }
  await page.evaluate(() => void (document.documentElement.dataset['density'] = 'comfortable'))
  await page.setViewportSize(DESKTOP)
  return problems
}

/** In a language that runs from right to left and needs more room: what runs off the side, and what begins or opens on the wrong one. */
async function walkFromRight(ben: BrowserPerson): Promise<string[]> {
  const { page } = ben
  const problems: string[] = []
  const { origin } = new URL(page.url())
  const measure = async (name: string) => {
    for (const viewport of [PHONE, TABLET, DESKTOP]) {
      await page.setViewportSize(viewport)
      for (const problem of await offTheSide(page))
        problems.push(`${name}, from right to left, ${viewport.width} px: ${problem}`)
    }
  }
  const visit = async (hash: string, ready: Locator) => {
    await page.goto(`${origin}/?lang=ar-XB${hash}`)
    await ready.first().waitFor()
  }
  for (const place of PLACES) {
    await visit(place, page.locator('main, nav'))
    await measure(place)
  }
  await visit('#/', page.locator('.list').getByText('Ward 3'))
  await page.locator('.list').getByText('Ward 3').click()
  await page.getByRole('article').first().waitFor()
  await measure('conversation')
  problems.push(...(await menusFromRight(page)))
  await dialogsFromRight(page, measure)
  const ward = new URL(page.url()).hash
  for (const pane of ['members', 'details', 'pins']) {
    await visit(`${ward}/${pane}`, page.locator('.pane-header h2'))
    await measure(pane)
    problems.push(...(await beginsAtLeft(page, '.pane-header h2, .pane-section p')))
  }
  await page.locator('.pins .thread-line').first().click()
  await page.locator('.thread-list article').first().waitFor()
  await measure('thread')
  await visit('#/search', page.getByRole('searchbox'))
  await page.getByRole('searchbox').fill('the')
  await page.locator('.search-result').first().waitFor()
  await measure('search with results')
  problems.push(...(await beginsAtLeft(page, '.search-where > bdi, .search-author')))
  return problems
}

/** Names stand where a line begins, at the right, whatever script they are in: those that do not. */
async function beginsAtLeft(page: Page, names: string): Promise<string[]> {
  return page.locator(names).evaluateAll((elements) =>
    elements.flatMap((element) => {
      const range = document.createRange()
      range.selectNodeContents(element)
      const apart = element.getBoundingClientRect().right - range.getBoundingClientRect().right
      return apart > 2 ? [`“${element.textContent}” begins ${Math.round(apart)} px from its side`] : []
    }),
  )
}

/** What opens above a conversation, by keyboard: its names are in another language. */
async function dialogsFromRight(page: Page, measure: (name: string) => Promise<void>): Promise<void> {
  const message = page.getByRole('article').last()
  const byKey = (key: string) => async () => {
    await message.focus()
    await page.keyboard.press(key)
  }
  const dialogs: Record<string, () => Promise<void>> = {
    palette: () => page.keyboard.press('Control+k'),
    forwarding: byKey('f'),
    reminding: byKey('m'),
    'new channel': () => page.locator('.list-title .icon-button').first().click(),
    'new message': () => page.locator('.list-title .icon-button').last().click(),
    'new poll': async () => {
      await page.locator('.composer textarea').fill('/poll Which day?')
      await page.keyboard.press('Enter')
    },
  }
  for (const [name, open] of Object.entries(dialogs)) {
    await page.setViewportSize(DESKTOP)
    await open()
    await page.getByRole('dialog').waitFor()
    await measure(name)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
}

/** A menu at a button ends where the button does; the one of the rail opens beside it; nothing touches the window. */
async function menusFromRight(page: Page): Promise<string[]> {
  const problems: string[] = []
  const sideOf = async (trigger: Locator) => {
    await trigger.click()
    const menu = page.getByRole('menu')
    await menu.waitFor()
    const [at, opened] = [await trigger.boundingBox(), await menu.boundingBox()]
    await page.keyboard.press('Escape')
    await menu.waitFor({ state: 'detached' })
    return { at: at!, opened: opened! }
  }
  const list = await sideOf(page.locator('.list-header [aria-haspopup=menu]').first())
  if (Math.abs(list.opened.x - list.at.x) > 2) problems.push('the menu of the list opens on the wrong side')
  const rail = await sideOf(page.locator('.rail-me'))
  if (rail.opened.x + rail.opened.width > rail.at.x)
    problems.push('the menu of the rail opens on the wrong side')
  const { x } = (await page.locator('.layout-main').boundingBox())!
  if (x === 0) problems.push('the conversation stands at the very edge of the window')
  return problems
}

test('the way in is accessible in every step', { timeout: LOOKING_MS }, async () => {
  const organisation = await startOrganisation()
  const { admin, wire } = organisation
  const ben = await BrowserPerson.open('Ben Okafor')
  const { page } = ben
  const problems: string[] = []
  await page.goto(wire.url)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  problems.push(...(await look(page, 'sign-in')))
  await page.goto(await admin.invite())
  await page.getByLabel('Your name').waitFor()
  problems.push(...(await look(page, 'join')))
  await ben.enterDetails(await admin.invite())
  problems.push(...(await look(page, 'sign-up')))
  await page.getByRole('button', { name: 'I have written them down' }).click()
  await page
    .getByLabel(/^Word \d+$/)
    .first()
    .waitFor()
  problems.push(...(await look(page, 'confirm-phrase')))
  await ben.confirmPhrase()
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('button', { name: 'Open messages' }).waitFor()
  problems.push(...(await look(page, 'welcome')))
  expect(problems).toEqual([])
})

test(
  'conversations, people, settings and administration are accessible',
  { timeout: LOOKING_MS },
  async () => {
    const organisation = await startOrganisation()
    await furnish(organisation)
    const ben = await BrowserPerson.join('Ben Okafor', await organisation.admin.invite('administrator'))
    const { page } = ben
    const problems: string[] = []
    const visit = async (hash: string, name: string, ready: string) => {
      await ben.go(hash)
      await page.getByRole('main').getByText(ready).first().waitFor()
      problems.push(...(await look(page, name)))
    }
    await visit('#/browse', 'browse', 'Pharmacy')
    for (const channel of ['Night shift', 'Pharmacy']) await ben.joinChannel(channel)
    await ben.writeTo('David Osei')
    await ben.say('Welcome back. How was the course?')
    await ben.joinChannel('Ward 3')
    await ben.message('Could somebody take my Tuesday?').waitFor()
    await ben.say('Thank you all. I bring the keys for the east stairs.')
    await ben.reads('Thank you all. I bring the keys for the east stairs.')
    problems.push(...(await look(page, 'channel')))
    await picture(ben)
    await page.getByRole('button', { name: 'Members' }).click()
    await page.getByRole('list', { name: 'Members' }).getByText('Carla Mendes').waitFor()
    problems.push(...(await look(page, 'members')))
    await talkAbout(organisation, ben)
    problems.push(...(await look(page, 'thread')))
    await ben.go('#/')
    await ben.writeTo('Carla Mendes')
    await ben.say('Tuesday is settled: I am there at six.')
    await ben.reads('Tuesday is settled: I am there at six.')
    problems.push(...(await look(page, 'direct-message')))
    await ben.go('#/')
    await ben.conversations().getByRole('link', { name: 'Ward 3' }).waitFor()
    problems.push(...(await look(page, 'conversations')))
    await ben.go('#/search')
    await page.getByRole('searchbox').fill('the')
    await page.getByRole('link', { name: /lift to the second floor/ }).waitFor()
    problems.push(...(await look(page, 'search')))
    await visit('#/threads', 'threads', 'Could somebody take my Tuesday?')
    await show(page, 'threads')
    await visit('#/reminders', 'reminders', 'No reminders')
    await visit('#/saved', 'saved', 'Nothing saved')
    await visit('#/people', 'people', 'Carla Mendes')
    for (const place of ['profile', 'devices', 'security', 'appearance', 'notifications', 'about'])
      await visit(`#/settings/${place}`, `settings-${place}`, 'Settings')
    await visit('#/admin/people', 'administrator', 'Carla Mendes')
    await visit('#/admin/invitations', 'admin-invitations', 'New invitation')
    await visit('#/admin/settings', 'admin-settings', 'Name of the organisation')
    await visit('#/admin/audit', 'admin-audit', 'Records are chained')
    problems.push(...(await walkDense(ben)))
    problems.push(...(await walkFromRight(ben)))
    expect(problems).toEqual([])
  },
)
