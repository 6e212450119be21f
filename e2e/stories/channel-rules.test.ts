/** What a moderator decides for a channel, as they set it and as others meet it. */
import { expect, test } from 'vitest'
import { look, show } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, type BrowserPerson } from '../harness/person.ts'

/** Each is found by a word that people have for it, for the conversation that is open. */
const FOUND = {
  disappearing: 'Disappearing messages',
  history: 'History: what new members can read',
  'invite link': 'Invite link',
  export: 'Export the history of this conversation',
  moderators: 'Members and moderators',
}

async function findInPalette({ page }: BrowserPerson): Promise<void> {
  await page.keyboard.press('Control+k')
  for (const [words, found] of Object.entries(FOUND)) {
    await page.getByRole('combobox').fill(words)
    await page.getByRole('option', { name: found, exact: true }).waitFor()
  }
  await page.getByRole('option', { name: 'Members and moderators' }).click()
}

test('CH-12, POL-10: announcements, disappearing messages and another moderator are set, told and kept to', async () => {
  const { welcome } = await startOrganisation()
  const ben = await welcome('Ben Okafor')
  const carla = await welcome('Carla Mendes')
  await ben.createChannel('News')
  await carla.joinChannel('News')
  const { page } = ben
  await page.getByRole('button', { name: 'Details' }).click()
  const details = page.getByRole('complementary', { name: 'Details' })
  const rules = details.getByRole('region', { name: 'Rules' })
  await rules.getByText('Messages are kept.').waitFor()
  await rules.getByRole('button', { name: 'Change the rules' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: 'Moderators only' }).click()
  await dialog.getByLabel('Disappearing messages').selectOption('After 7 days')
  const problems = await look(page, 'channel-rules')
  await show(page, 'channel-rules')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await carla.page.getByText('Only moderators write here').waitFor({ timeout: ARRIVAL_MS })
  await carla.page.getByText('Ben Okafor turned disappearing messages on').waitFor({ timeout: ARRIVAL_MS })
  await carla.page.getByText('Messages disappear after 7 days').waitFor()
  expect(await carla.composer().count()).toBe(0)

  await ben.say('The lift is out until noon')
  await carla.message('The lift is out until noon').hover()
  const actions = carla.message('The lift is out until noon')
  expect(await actions.getByRole('button', { name: 'Reply', exact: true }).count()).toBe(0)
  await actions.getByRole('button', { name: 'Answer in thread' }).click()
  const thread = carla.page.getByRole('complementary', { name: 'Thread' })
  expect(await thread.getByText('Also send to the channel').count()).toBe(0)
  await thread.getByRole('textbox').fill('Which one?')
  await thread.getByRole('textbox').press('Enter')
  await show(carla.page, 'announcements')
  await ben
    .message('The lift is out until noon')
    .getByRole('button', { name: /1 answer/ })
    .waitFor()

  await findInPalette(ben)
  await page.getByRole('button', { name: 'Make Carla Mendes a moderator' }).click()
  await carla.composer().waitFor({ timeout: ARRIVAL_MS })
  problems.push(...(await look(page, 'moderators')))
  await show(page, 'moderators')
  await carla.say('It runs again')
  await ben.reads('It runs again')
  expect(problems).toEqual([])
}, 120_000)
