/** Answering, reacting and changing what was said, by mouse and by keyboard. */
import { expect, test } from 'vitest'
import { show } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'

test('REL-2, REL-3, REL-4: somebody reacts, replies, answers in a thread and edits, by keys alone', async () => {
  const { admin, welcome } = await startOrganisation()
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  const { page } = ben
  await ben.joinChannel('Ward 3')
  await admin.say(channelId, 'Two admissions today')
  await ben.reads('Two admissions today')
  const message = ben.message('Two admissions today').first()

  await message.focus()
  await page.keyboard.press('+')
  await page.getByRole('button', { name: 'React with thumbs up' }).click()
  await message.getByRole('button', { name: /^👍 1: Ben Okafor/ }).waitFor()

  await message.focus()
  await page.keyboard.press('r')
  await page.keyboard.type('Both after lunch?')
  await page.keyboard.press('Enter')
  await ben.reads('Both after lunch?')
  await ben
    .message('Both after lunch?')
    .getByRole('button', { name: /^In reply to .*: Two admissions/ })
    .waitFor()

  await ben.composer().focus()
  await page.keyboard.press('ArrowUp')
  await page.getByRole('textbox', { name: 'Edit the message' }).fill('Both after dinner?')
  await page.keyboard.press('Enter')
  await ben.message('Both after dinner?').getByRole('button', { name: 'edited' }).click()
  await page.getByRole('dialog', { name: 'Earlier texts' }).getByText('Both after lunch?').waitFor()
  await show(page, 'earlier-texts')
  await page.keyboard.press('Escape')

  await message.focus()
  await page.keyboard.press('t')
  const field = page.getByRole('textbox', { name: 'Answer in the thread' })
  await field.fill('I take the first')
  await field.press('Enter')
  await message.getByRole('button', { name: /1 answer/ }).waitFor()
  expect(await ben.message('I take the first').count()).toBe(0)
  const timeline = await admin.until('timeline', { channelId, limit: 50 }, ({ items }) =>
    items.some((item) => item.kind === 'message' && item.thread?.count === 1),
  )
  const [first] = timeline.items.filter((item) => item.kind === 'message')
  expect(first?.reactions?.[0]?.people.map(({ name }) => name)).toEqual(['Ben Okafor'])
})

test('REL-5, REL-8: a mention is completed and marked, a pin is listed, a link leads to the message, and it is forwarded', async () => {
  const { admin, welcome } = await startOrganisation()
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  const { page } = ben
  await admin.createChannel('Pharmacy')
  for (const name of ['Pharmacy', 'Ward 3']) await ben.joinChannel(name)
  await admin.say(channelId, 'Ask @ben.okafor about it')
  await ben.reads('Ask @ben.okafor about it')
  const message = ben.message('Ask @ben.okafor').first()
  await message.locator('.mention', { hasText: '@ben.okafor' }).waitFor()
  await ben.composer().fill('')
  await ben.composer().pressSequentially('Ask @an')
  await page.getByRole('listbox', { name: 'People and channel' }).getByRole('option').first().waitFor()
  await show(page, 'mention')
  await page.keyboard.press('Tab')
  expect(await ben.composer().inputValue()).toMatch(/^Ask @an\S+ $/)

  await message.hover()
  await message.getByRole('button', { name: 'Message actions' }).click()
  await page.getByRole('menuitem', { name: 'Pin' }).click()
  await message.getByText('Pinned').waitFor()
  await page.getByRole('button', { name: 'Pinned messages' }).click()
  await page.getByRole('complementary', { name: 'Pinned messages' }).getByText('Ask @ben.okafor').waitFor()
  await show(page, 'pins')
  const { items } = await admin.until('pins', { channelId }, (view) => view.items.length === 1)
  await ben.go(`#/c/${channelId}/m/${items[0]?.seq}`)
  await page.locator('.message-lit', { hasText: 'Ask @ben.okafor' }).waitFor()

  await message.focus()
  await page.keyboard.press('f')
  const dialog = page.getByRole('dialog', { name: 'Forward to' })
  await dialog.getByRole('textbox').waitFor()
  await show(page, 'forward')
  await dialog.getByRole('textbox').fill('pharm')
  await page.keyboard.press('Enter')
  await ben.openConversation('Pharmacy')
  await ben
    .message('Ask @ben.okafor about it')
    .getByText(/^Forwarded\. .*Ana Sousa/)
    .waitFor()
})
