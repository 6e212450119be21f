/** What a person arranges and keeps for themself, on the screens of two browsers. */
import { expect, test } from 'vitest'
import { startOrganisation } from '../harness/organisation.ts'
import { BrowserPerson } from '../harness/person.ts'

test('OWN-7, OWN-8, OWN-10: sections, favourites, saved messages and drafts follow somebody to another browser', async () => {
  const { admin, welcome, wire } = await startOrganisation()
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  const { page } = ben
  await ben.joinChannel('Ward 3')
  await admin.say(channelId, 'The lift is out until noon')
  const message = ben.message('The lift is out until noon').first()
  await message.waitFor()
  const desk = await BrowserPerson.restore(ben, wire.url)

  const ward = ben.conversations().getByRole('link', { name: /^Ward 3/ })
  await ward.focus()
  await page.keyboard.press('Shift+F10')
  await page.getByRole('menuitem', { name: 'Move to a new section' }).click()
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Mine')
  await page.keyboard.press('Enter')
  const elsewhere = (name: string) => desk.conversations().getByRole('region', { name, exact: true })
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

  await message.focus()
  await page.keyboard.press('s')
  await desk.conversations().getByRole('link', { name: 'Saved' }).click()
  await desk.page.getByRole('link', { name: /The lift is out until noon/ }).waitFor()

  await ben.composer().fill('I take the stairs')
  await elsewhere('Mine').getByRole('link', { name: /Draft/ }).click()
  await expect.poll(() => desk.composer().inputValue()).toBe('I take the stairs')
  await desk.composer().press('Enter')
  await desk.reads('I take the stairs')
  await expect.poll(() => ben.composer().inputValue()).toBe('')
})
