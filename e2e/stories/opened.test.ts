/** Everything else that opens above a screen, one after the other, in one organisation and one browser: no accessibility violation in any. */
import type { ChannelId } from '@reforms/protocol'
import type { TestPerson } from '@reforms/testkit'
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { glanceAbove, LOOKING_MS } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, BrowserPerson } from '../harness/person.ts'
import { picture } from '../harness/picture.ts'

const SAID = 'Two admissions today'
/** More than are named below a message itself. */
const READERS = ['Carla Mendes', 'Deniz Kaya', 'Emma Lind', 'Finn Berg']
type Role = 'dialog' | 'alertdialog' | 'menu' | 'listbox'

/** Opens things, glances at them, and closes them again. */
class Onlooker {
  readonly problems: string[] = []
  readonly page: Page
  readonly ben: BrowserPerson

  constructor(ben: BrowserPerson) {
    this.ben = ben
    this.page = ben.page
  }

  async see(name: string, role: Role, open: () => Promise<unknown>): Promise<void> {
    await open()
    // One may open above another.
    await this.page.getByRole(role).last().waitFor()
    const opened = await this.page.getByRole(role).last().elementHandle()
    // Of a menu something is chosen only then.
    if (role === 'menu') await this.page.keyboard.press('ArrowDown')
    this.problems.push(...(await glanceAbove(this.page, name)))
    await this.page.keyboard.press('Escape')
    await opened?.waitForElementState('hidden')
  }

  press(name: string | RegExp, within: Page | Locator = this.page) {
    return () => within.getByRole('button', { name, exact: true }).first().click()
  }

  choose(button: string, item: string) {
    return async () => {
      await this.press(button)()
      await this.page.getByRole('menuitem', { name: item }).click()
    }
  }

  /** A key that means something for a message. */
  key(key: string, message: Locator = this.ben.message(SAID)) {
    return async () => {
      await message.first().focus()
      await this.page.keyboard.press(key)
    }
  }

  /** What is typed into the composer, and sent with Enter where it says so. */
  type(words: string, key?: 'Enter') {
    return async () => {
      await this.ben.composer().fill('')
      await this.ben.composer().pressSequentially(words)
      if (key) await this.page.keyboard.press(key)
    }
  }
}

async function aboveMessages(on: Onlooker): Promise<void> {
  const { ben, page } = on
  await on.see('readers', 'dialog', on.press('Read by everybody'))
  await on.see('reacting', 'dialog', on.key('+'))
  await on.see('forwarding', 'dialog', on.key('f'))
  await on.see('reminding', 'dialog', on.key('m'))
  await ben.composer().focus()
  await page.keyboard.press('ArrowUp')
  await page.getByRole('textbox', { name: 'Edit the message' }).fill(`${SAID}, both after lunch`)
  await page.keyboard.press('Enter')
  await on.see('earlier texts', 'dialog', on.press('edited'))
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'dawn.png', mimeType: 'image/png', buffer: picture(40) })
  await on.press('Send')()
  await on.see('an image', 'dialog', on.press('Open image dawn.png'))
}

async function aboveComposer(on: Onlooker): Promise<void> {
  const { ben, page } = on
  await on.see('more', 'menu', on.press('More'))
  await on.see('commands', 'listbox', on.type('/'))
  await on.see('mentions', 'listbox', on.type('@ca'))
  await on.see('emoji while typing', 'listbox', on.type(':thumbs'))
  await on.see('a new poll', 'dialog', on.type('/poll Which day?', 'Enter'))
  await on.type('/poll Which day?', 'Enter')()
  const poll = page.getByRole('dialog', { name: 'New poll' })
  await poll.getByLabel('Option 1', { exact: true }).fill('Monday')
  await poll.getByLabel('Option 2', { exact: true }).fill('Friday')
  await poll.getByRole('button', { name: 'Ask' }).click()
  await page.getByRole('button', { name: /^Monday/ }).click()
  await page.getByRole('button', { name: 'Monday: 1 vote', pressed: true }).waitFor()
  await on.see('ending a poll', 'alertdialog', on.press('End the poll'))
  await ben.composer().fill('I take the stairs')
  await on.see('another time', 'dialog', on.choose('Send later', 'At another time'))
  await on.choose('Send later', 'Tomorrow at 9:00')()
  await ben
    .conversations()
    .getByRole('link', { name: /^Scheduled/ })
    .click()
  await on.see('changing what is scheduled', 'dialog', on.press('Edit'))
}

async function aboveList(on: Onlooker): Promise<void> {
  const { ben, page } = on
  const options = async () => {
    await ben
      .conversations()
      .getByRole('link', { name: /^Ward 3/ })
      .focus()
    await page.keyboard.press('Shift+F10')
  }
  const toNew = async () => {
    await options()
    await page.getByRole('menuitem', { name: 'Move to a new section' }).click()
  }
  await on.see('arranging', 'menu', on.press('Arrange the list'))
  await on.see('a conversation', 'menu', options)
  await on.see('a new section', 'dialog', toNew)
  await toNew()
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Mine')
  await page.keyboard.press('Enter')
  await on.see('a section', 'menu', on.press('Options for Mine'))
  await on.see('its name', 'dialog', on.choose('Options for Mine', 'Rename'))
  const status = on.choose('You: Ben Okafor', 'Set a status')
  await on.see('a status', 'dialog', status)
  await status()
  await on.see('its emoji', 'dialog', on.press('Emoji of the status'))
  await page.keyboard.press('Escape')
}

async function aboveDetails(on: Onlooker): Promise<void> {
  const { ben, page } = on
  await ben.openConversation('Ward 3')
  await on.press('Details')()
  await on.see('rules', 'dialog', on.press('Change the rules'))
  await on.see('invite links', 'dialog', on.press('Invite by link'))
  await on.see('exporting', 'dialog', on.press('Export history'))
  await on.see('archiving', 'alertdialog', on.press('Archive'))
  await on.press('Members')()
  await on.see('removing somebody', 'alertdialog', on.press('Remove Carla Mendes'))
  await on.see('a member', 'dialog', async () => {
    await page.getByRole('button', { name: /^Carla Mendes/ }).click()
    await on.press('Show safety number')()
  })
}

async function aboveAdministration(on: Onlooker): Promise<void> {
  const { ben, page } = on
  await ben.go('#/people')
  await page.getByRole('radio', { name: 'Teams' }).click()
  await on.see('a new team', 'dialog', on.press('New team'))
  await on.press('New team')()
  await page.getByLabel('Name of the team').fill('Night nurses')
  await page.getByLabel('Handle').fill('nurses')
  await page.getByRole('checkbox', { name: /Carla Mendes/ }).click()
  await on.press('Create team')()
  await on.see('a team', 'dialog', on.press('Edit team Night nurses'))
  await on.press('Edit team Night nurses')()
  await on.see('deleting a team', 'alertdialog', on.press('Delete team'))
  await ben.go('#/admin/emoji')
  await on.see('a new emoji', 'dialog', on.press('New emoji'))
  await ben.go('#/admin/people')
  await on.see('ending sessions', 'alertdialog', on.choose('Actions for Carla Mendes', 'Sign out everywhere'))
}

/** Each reads what was said; who they are stands behind a button then. */
async function haveRead(people: readonly TestPerson[], channelId: ChannelId, ben: BrowserPerson) {
  for (const person of people) {
    const { seq } = await person.hears(channelId, SAID)
    await person.do('channel.markRead', { channelId, seq: seq! })
  }
  await ben.page.getByRole('button', { name: 'Read by everybody' }).waitFor({ timeout: ARRIVAL_MS })
}

test('whatever opens above a screen is accessible', { timeout: LOOKING_MS }, async () => {
  const { admin, hire } = await startOrganisation()
  const readers = await Promise.all(READERS.map(hire))
  const ben = await BrowserPerson.join('Ben Okafor', await admin.invite('administrator'))
  await ben.createChannel('Ward 3')
  const ward = new URL(ben.page.url()).hash.split('/')[2] as ChannelId
  for (const reader of readers) await reader.join(ward)
  await ben.say(SAID)
  await ben.reads(SAID)
  await haveRead(readers, ward, ben)
  const on = new Onlooker(ben)
  for (const part of [aboveMessages, aboveComposer, aboveList, aboveDetails, aboveAdministration])
    await part(on)
  expect(on.problems).toEqual([])
})
