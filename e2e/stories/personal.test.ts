/** What a person arranges and keeps for themself, on the screens of a desk and of a phone. */
import type { TestPerson } from '@reforms/testkit'
import { expect, test } from 'vitest'
import { show } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, BrowserPerson } from '../harness/person.ts'

test('OWN-7, OWN-8, OWN-10, OWN-11: sections, favourites, saved messages, reminders and drafts follow somebody to a phone', async () => {
  const { admin, welcome, wire } = await startOrganisation()
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  const { page } = ben
  await ben.joinChannel('Ward 3')
  await admin.say(channelId, 'The lift is out until noon')
  const message = ben.message('The lift is out until noon').first()
  await message.waitFor()
  // The documents show it at a desk.
  const phone = await BrowserPerson.restore(ben, wire.url, process.env['SCREENSHOTS'] ? {} : { phone: true })

  const ward = ben.conversations().getByRole('link', { name: /^Ward 3/ })
  await ward.focus()
  await page.keyboard.press('Shift+F10')
  await page.getByRole('menuitem', { name: 'Move to a new section' }).click()
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Mine')
  await page.keyboard.press('Enter')
  const elsewhere = (name: string) => phone.conversations().getByRole('region', { name, exact: true })
  await elsewhere('Mine')
    .getByRole('link', { name: /^Ward 3/ })
    .waitFor()

  await page.keyboard.press('Control+k')
  await page.keyboard.type('Make Ward 3 a favourite')
  await page.keyboard.press('Enter')
  await elsewhere('Favourites')
    .getByRole('link', { name: /^Ward 3/ })
    .waitFor()

  await ben.conversations().getByRole('button', { name: 'Options for Mine' }).click()
  await page.getByRole('menuitem', { name: 'Delete section' }).click()
  await elsewhere('Mine').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Undo' }).click()
  await elsewhere('Mine').waitFor()
  await ward.dragTo(ben.conversations().getByRole('region', { name: 'Mine', exact: true }))
  await elsewhere('Mine')
    .getByRole('link', { name: /^Ward 3/ })
    .waitFor()

  await arrange(ben, phone, admin)

  await message.focus()
  await page.keyboard.press('s')
  await phone.conversations().getByRole('link', { name: 'Saved' }).click()
  await phone.page.getByRole('link', { name: /The lift is out until noon/ }).waitFor()
  await show(phone.page, 'saved')
  await message.focus()
  await page.keyboard.press('m')
  await page.getByRole('dialog').getByRole('button', { name: 'In 1 hour' }).click()
  await phone.go('#/')
  await phone.conversations().getByRole('link', { name: 'Reminders' }).click()
  await phone.page.getByRole('link', { name: /The lift is out until noon/ }).waitFor()

  await phone.go('#/')
  await ben.composer().fill('I take the stairs')
  const draft = elsewhere('Mine').getByRole('link', { name: /Draft/ })
  await draft.waitFor()
  await show(phone.page, 'sections', () => addConversations(admin, phone))
  await draft.click()
  await expect.poll(() => phone.composer().inputValue(), { timeout: ARRIVAL_MS }).toBe('I take the stairs')
  await phone.composer().press('Enter')
  await phone.reads('I take the stairs')
  await expect.poll(() => ben.composer().inputValue(), { timeout: ARRIVAL_MS }).toBe('')
  await chooseAppearance(ben)
})

/** OWN-6: what is muted and how the list is shown, on both. */
async function arrange(ben: BrowserPerson, phone: BrowserPerson, admin: TestPerson): Promise<void> {
  const { page } = ben
  const me = (await admin.until('people', {}, (people) => people.length === 2)).find(
    ({ userName }) => userName === ben.userName,
  )!
  for (const name of ['Autoclave', 'Blood bank']) await admin.createChannel(name, 'private', [me.userId])
  const channels = phone.conversations().getByRole('region', { name: 'Channels', exact: true })
  const order = () => channels.locator('.item-name').allInnerTexts()
  await expect.poll(order, { timeout: ARRIVAL_MS }).toEqual(['Autoclave', 'Blood bank'])

  const ward = { name: /^Ward 3/ }
  const muted = phone.conversations().getByRole('link', { name: /^Ward 3.*muted/ })
  for (const [choice, state] of [
    ['Mute', 'attached'],
    ['Unmute', 'detached'],
  ] as const) {
    await ben.conversations().getByRole('link', ward).focus()
    await page.keyboard.press('Shift+F10')
    if (choice === 'Mute') await show(page, 'conversation-menu')
    await page.getByRole('menuitem', { name: choice, exact: true }).click()
    await muted.waitFor({ state })
  }

  const menu = ben.conversations().getByRole('button', { name: 'Arrange the list' })
  const choose = async (name: string) => {
    await menu.click()
    await page.getByRole('menuitem', { name }).click()
  }
  await choose('Show unread only')
  await phone.conversations().getByText('Nothing unread.').waitFor()
  await admin.say(await admin.createChannel('Crash team', 'private', [me.userId]), 'Bleep 42')
  await expect.poll(order, { timeout: ARRIVAL_MS }).toEqual(['Crash team'])
  await choose('Show all conversations')
  await expect.poll(order).toEqual(['Autoclave', 'Blood bank', 'Crash team'])
  await choose('Channels by latest activity')
  await expect.poll(order).toEqual(['Crash team', 'Blood bank', 'Autoclave'])
  await show(page, 'arrange', () => menu.click())
}

/** For the picture: a list with more in it, a favourite among it. */
async function addConversations(admin: TestPerson, phone: BrowserPerson): Promise<void> {
  for (const name of ['Pharmacy', 'Night shift']) {
    await admin.createChannel(name)
    await phone.joinChannel(name)
  }
  await phone.page.keyboard.press('Control+k')
  await phone.page.keyboard.type('Make Night shift a favourite')
  await phone.page.keyboard.press('Enter')
  await phone.writeTo('Ana Sousa')
  await phone.say('Thank you for the list.')
}

/** Colours, contrast and density: at once, and after a reload. */
async function chooseAppearance(ben: BrowserPerson): Promise<void> {
  const { page } = ben
  await ben.go('#/settings/appearance')
  const choose = (what: string, name: string) =>
    page.getByRole('radiogroup', { name: what }).getByRole('radio', { name, exact: true }).click()
  const item = page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Profile' })
  const seen = () =>
    item.evaluate((link) => ({
      ground: getComputedStyle(document.documentElement).backgroundColor,
      height: link.getBoundingClientRect().height,
    }))
  const { ground, height } = await seen()
  await choose('Colours', 'Dark')
  const dark = (await seen()).ground
  expect(lightness(dark)).toBeLessThan(lightness(ground) / 4)
  await choose('Contrast', 'High')
  expect((await seen()).ground).toBe('rgb(0, 0, 0)')
  expect(dark).not.toBe('rgb(0, 0, 0)')
  await choose('Density', 'Compact')
  const chosen = await seen()
  expect(chosen.height).toBeLessThan(height)
  await page.reload()
  await item.waitFor({ timeout: ARRIVAL_MS })
  expect(await seen()).toEqual(chosen)
  await show(page, 'appearance')
}

/** Of `rgb(19, 18, 17)`. */
function lightness(colour: string): number {
  return (colour.match(/\d+/g) ?? []).reduce((sum, part) => sum + Number(part), 0)
}
