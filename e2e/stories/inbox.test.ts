/** What waits for somebody, what they put off, and what they send later: on the screens of two browsers. */
import { expect, test } from 'vitest'
import { show } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, BrowserPerson } from '../harness/person.ts'

test('OWN-12, OWN-13, OWN-14: the inbox is worked through by keyboard, a snoozed line and a scheduled message follow to another browser', async () => {
  const { admin, welcome, wire } = await startOrganisation()
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  const { page } = ben
  await ben.joinChannel('Ward 3')
  await ben.go('#/inbox')
  await page.getByText('Nothing waits for you').waitFor()
  await admin.say(channelId, 'Can you **come**, @ben.okafor?')
  await admin.say(channelId, 'And bring the key, @ben.okafor')
  const line = (person: BrowserPerson, words: string | RegExp) =>
    person.page.getByRole('list', { name: 'Inbox' }).getByRole('link', { name: words })
  await line(ben, /And bring the key/).waitFor({ timeout: ARRIVAL_MS })
  await line(ben, /Can you come, @ben.okafor\?/).waitFor()
  await ben
    .conversations()
    .getByRole('link', { name: /^Inbox\s?2/ })
    .waitFor()
  await show(page, 'inbox')
  const desk = await BrowserPerson.restore(ben, wire.url)

  await line(ben, /And bring the key/).focus()
  await page.keyboard.press('e')
  await line(ben, /And bring the key/).waitFor({ state: 'detached' })
  await expect.poll(() => page.locator(':focus').textContent()).toContain('Can you come')
  await page.getByRole('button', { name: 'Undo' }).click()
  await line(ben, /And bring the key/).waitFor()
  await line(ben, /Can you come/).focus()
  await page.keyboard.press('h')
  await page.getByRole('dialog').getByRole('button', { name: 'In 20 minutes' }).click()
  await line(ben, /Can you come/).waitFor({ state: 'detached' })
  await expect.poll(() => page.locator(':focus').textContent()).toContain('And bring the key')
  await desk.go('#/inbox')
  await desk.page.getByRole('radio', { name: 'Snoozed' }).click()
  await line(desk, /Can you come/).waitFor({ timeout: ARRIVAL_MS })
  await desk.page.getByRole('button', { name: /^Mark what .* wants as read/ }).click()
  await page.getByRole('button', { name: 'Mark all as read' }).click()
  await page.getByText('Nothing waits for you').waitFor()

  await ben.openConversation('Ward 3')
  await ben.composer().fill('I take the stairs')
  await ben.composer().press('Control+Shift+Enter')
  await page.getByRole('menuitem', { name: 'Tomorrow at 9:00' }).waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => ben.composer().evaluate((field) => field === document.activeElement)).toBe(true)
  const choose = page.getByRole('button', { name: 'Send later' })
  await show(page, 'send-later', async () => {
    await page.getByRole('button', { name: 'Undo' }).first().waitFor({ state: 'detached' })
    await choose.click()
  })
  await choose.click()
  await page.getByRole('menuitem', { name: 'At another time' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'In 1 hour' }).click()
  await expect.poll(() => ben.composer().inputValue()).toBe('')
  await desk
    .conversations()
    .getByRole('link', { name: /^Scheduled/ })
    .click({ timeout: ARRIVAL_MS })
  await desk.page.getByRole('button', { name: 'Edit' }).click()
  await desk.page.getByRole('dialog').getByLabel('Message').fill('I take the lift')
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await desk.page.getByRole('link', { name: /I take the lift/ }).waitFor()
  await show(desk.page, 'scheduled')
  await desk.page.getByRole('button', { name: 'Send now' }).click()
  await admin.hears(channelId, 'I take the lift')
  await desk.page.getByText('Nothing is scheduled').waitFor({ timeout: ARRIVAL_MS })
})
