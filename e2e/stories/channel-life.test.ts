/** A channel from its making to its archive, as a moderator and an ordinary member see it. */
import type { ChannelId } from '@reforms/protocol'
import type { TestPerson } from '@reforms/testkit'
import { expect, test } from 'vitest'
import { show } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, type BrowserPerson } from '../harness/person.ts'

async function choose(person: BrowserPerson, action: string, verb: string): Promise<void> {
  const { page } = person
  await page.getByRole('complementary', { name: 'Details' }).getByRole('button', { name: action }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: verb, exact: true }).click()
}

test('CH-4, CH-8, CH-9: a public channel is found, joined, renamed, archived, brought back and left', async () => {
  const { welcome } = await startOrganisation()
  const ben = await welcome('Ben Okafor')
  const carla = await welcome('Carla Mendes')
  await ben.createChannel('Ward 3')
  await ben.say('Who is on tonight?')

  await carla.go('#/browse')
  await carla.page.getByText('1 person').waitFor()
  const find = carla.page.getByRole('searchbox', { name: 'Find a channel' })
  await find.fill('no such')
  await carla.page.getByText('No channel by that name').waitFor()
  await find.fill('ward')
  await carla.joinChannel('Ward 3')
  await carla.reads('Who is on tonight?')

  const { page } = ben
  await page.getByRole('button', { name: 'Details' }).click()
  await page.getByRole('button', { name: 'Edit name and description' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('Ward 3 nights')
  await dialog.getByLabel('What it is about').fill('From eight to six')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await carla.page.getByRole('heading', { name: 'Ward 3 nights', exact: true }).waitFor()
  await carla.page.getByRole('main').getByText('From eight to six').first().waitFor()
  await carla.page.getByRole('button', { name: 'Details' }).click()
  const details = carla.page.getByRole('complementary', { name: 'Details' })
  await details.getByRole('button', { name: 'Leave' }).waitFor()
  expect(await details.getByRole('button', { name: 'Archive' }).count()).toBe(0)

  await choose(ben, 'Archive', 'Archive')
  await carla.page.getByText('This channel is archived').waitFor()
  await carla.message('Who is on tonight?').waitFor()
  expect(await carla.composer().count()).toBe(0)
  await page.getByRole('button', { name: 'Bring back' }).click()
  await carla.composer().waitFor({ timeout: ARRIVAL_MS })
  await carla.say('I am')
  await ben.reads('I am')

  await choose(carla, 'Leave', 'Leave')
  await carla.conversations().getByText('No channels yet').waitFor({ timeout: ARRIVAL_MS })
  await page.getByRole('button', { name: 'Members' }).click()
  const members = page.getByRole('list', { name: 'Members' })
  await members.getByText('Carla Mendes').waitFor({ state: 'detached', timeout: ARRIVAL_MS })
  await ben.say('Good night, Carla')
  await ben.reads('Good night, Carla')
})

/** In the details of the conversation that is open. */
async function changeHistory({ page }: BrowserPerson, rule: string): Promise<void> {
  await page.getByRole('button', { name: 'Details', exact: true }).click()
  const rules = page.getByRole('region', { name: 'Rules' })
  await rules.getByRole('button', { name: 'Change the rules' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: rule }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })
  await rules.getByText(rule).waitFor({ timeout: ARRIVAL_MS })
}

async function addToChannel({ page }: BrowserPerson, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Members', exact: true }).click()
  await page.getByRole('button', { name: 'Add people', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('checkbox', { name: new RegExp(name) }).click()
  await dialog.getByRole('button', { name: 'Add person' }).click()
}

/** The only one of its kind. */
async function conversationOf(person: TestPerson, kind: 'private' | 'direct'): Promise<ChannelId> {
  const channels = await person.until('channels', {}, (all) => all.some((item) => item.kind === kind))
  return channels.find((item) => item.kind === kind)!.channelId
}

test('CH-7, POL-5, EPO-5: newcomers read what the rule says, who is removed loses the channel at once, and the members are shown with their devices', async () => {
  const { welcome, hire } = await startOrganisation()
  const ben = await welcome('Ben Okafor')
  const carla = await welcome('Carla Mendes')
  await ben.createChannel('Rota', 'Private')
  await ben.say('Beds are counted at six')
  const { page } = ben
  await changeHistory(ben, 'Everything, from the beginning')
  await page.getByText('Ben Okafor changed the rule for new members: they can read everything').waitFor()
  await addToChannel(ben, 'Carla Mendes')
  await carla.openConversation('Rota')
  await carla.reads('Beds are counted at six')
  await ben.say('You are in')
  await carla.reads('You are in')
  const members = page.getByRole('list', { name: 'Members' })
  await members.getByRole('button', { name: /^Carla Mendes.*1 device/ }).click()
  const person = page.getByRole('dialog', { name: 'Carla Mendes' })
  await person.getByText('Devices in this channel').waitFor()
  await person.getByText(/Chrom/).waitFor()
  await person.getByRole('button', { name: 'Show safety number' }).click()
  await person.getByRole('list', { name: 'Safety number' }).getByRole('listitem').nth(11).waitFor()
  await show(page, 'safety-number')
  await page.keyboard.press('Escape')

  await members.getByRole('button', { name: 'Remove Carla Mendes' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await carla.composer().waitFor({ state: 'detached', timeout: ARRIVAL_MS })
  await carla.conversations().getByText('No channels yet').waitFor({ timeout: ARRIVAL_MS })
  await ben.say('Only for those who are in')
  await ben.reads('Only for those who are in')
  expect(await carla.message('Only for those who are in').count()).toBe(0)

  const dina = await hire('Dina Haas')
  await changeHistory(ben, 'Only what is written after they join')
  await addToChannel(ben, 'Dina Haas')
  const rota = await conversationOf(dina, 'private')
  await dina.isIn(rota)
  await ben.say('Good morning, Dina')
  await dina.hears(rota, 'Good morning, Dina')
  expect(await dina.texts(rota)).toEqual(['Good morning, Dina'])

  await ben.conversations().getByRole('button', { name: 'New message' }).click()
  const picker = page.getByRole('dialog')
  for (const name of [/Carla Mendes/, /Dina Haas/]) await picker.getByRole('checkbox', { name }).click()
  await picker.getByRole('button', { name: 'Start conversation' }).click()
  await ben.composer().waitFor({ timeout: ARRIVAL_MS })
  await ben.say('The three of us')
  const group = await conversationOf(dina, 'direct')
  await dina.hears(group, 'The three of us')
  await carla
    .conversations()
    .getByRole('link', { name: /Ben Okafor/ })
    .click()
  await carla.reads('The three of us')
  await carla.say('Just us')
  await ben.reads('Just us')
  await dina.hears(group, 'Just us')
})
