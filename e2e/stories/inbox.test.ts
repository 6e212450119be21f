/** What waits for somebody, what they put off, and what they send later: on the screens of two browsers. */
import type { ChannelId } from '@reforms/protocol'
import type { TestPerson } from '@reforms/testkit'
import { expect, test } from 'vitest'
import { show } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, BrowserPerson } from '../harness/person.ts'

const line = (person: BrowserPerson, words: string | RegExp) =>
  person.page.getByRole('list', { name: 'Inbox' }).getByRole('link', { name: words })

test('OWN-12, OWN-13, OWN-14: the inbox is worked through by keyboard, a snoozed line and a scheduled message follow to another browser', async () => {
  const { admin, welcome, wire } = await startOrganisation()
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  const { page } = ben
  await ben.joinChannel('Ward 3')
  await ben.say('I am on late today')
  await ben.go('#/inbox')
  await page.getByText('Nothing waits for you').waitFor()
  await callOn(admin, channelId, 'I am on late today')
  await openAllCalls(ben)
  await admin.say(channelId, 'Can you **come**, @ben.okafor?')
  await admin.say(channelId, 'And bring the key, @ben.okafor')
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

/** In each way but by name: with an emoji, by a reply, in a thread, and by letting in whoever said something. */
async function callOn(admin: TestPerson, channelId: ChannelId, words: string): Promise<void> {
  const said = await admin.hears(channelId, words)
  const seq = said.seq!
  await admin.do('message.react', { channelId, seq, emoji: '👍', on: true })
  const say = (text: string, as: 'reply' | 'thread') =>
    admin.do('message.send', { channelId, text, files: [], answers: { as, seq } })
  await say('So am I', 'reply')
  await say('Who is with you?', 'thread')
  if (said.kind === 'message') await admin.createChannel('Night desk', 'private', [said.author])
}

/** Each is a line that leads to what it is about, and is gone once it was opened. */
async function openAllCalls(ben: BrowserPerson): Promise<void> {
  const { page } = ben
  const lines = [
    /let you in/,
    /So am I.*replied to you/,
    /Who is with you\?.*answered in the thread/,
    /reacted with/,
  ]
  for (const words of lines) await line(ben, words).waitFor({ timeout: ARRIVAL_MS })
  await show(page, 'inbox-kinds')
  const leadsTo = [
    page.getByRole('heading', { name: 'Night desk' }),
    ben.message('So am I'),
    page.getByRole('complementary', { name: 'Thread' }).getByText('Who is with you?'),
    ben.message('I am on late today'),
  ]
  for (const [index, words] of lines.entries()) {
    await line(ben, words).click()
    await leadsTo[index]!.first().waitFor({ timeout: ARRIVAL_MS })
    await page.goBack()
    await line(ben, words).waitFor({ state: 'detached' })
  }
  await page.getByText('Nothing waits for you').waitFor()
}
