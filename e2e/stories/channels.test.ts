/** Channels of every kind, and who is in them. */
import { expect, test } from 'vitest'
import { startOrganisation } from '../harness/organisation.ts'

test('POL-5, CH-7: a private channel is for those who were added, and no longer for who was removed', async () => {
  const { hire, welcome } = await startOrganisation()
  const carla = await hire('Carla Mendes')
  const ben = await welcome('Ben Okafor')
  await ben.createChannel('Rota', 'Private')
  await ben.say('Nobody here yet')
  const { page } = ben
  await page.getByRole('button', { name: 'Members' }).click()
  await page.getByRole('button', { name: 'Add people', exact: true }).click()
  await page
    .getByRole('dialog')
    .getByRole('checkbox', { name: /Carla Mendes/ })
    .click()
  await page.getByRole('dialog').getByRole('button', { name: 'Add person' }).click()
  const members = page.getByRole('list', { name: 'Members' })
  await members.getByText('Carla Mendes').waitFor()

  const { channelId } = (
    await carla.until('channels', {}, (all) => all.some(({ name }) => name === 'Rota'))
  ).find(({ name }) => name === 'Rota')!
  await carla.isIn(channelId)
  await ben.say('Now there are two of us')
  await carla.hears(channelId, 'Now there are two of us')
  expect(await carla.texts(channelId)).not.toContain('Nobody here yet')

  await members.getByRole('button', { name: 'Remove Carla Mendes' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await members.getByText('Carla Mendes').waitFor({ state: 'detached' })
  await ben.say('Alone again')
  await ben.reads('Alone again')
  expect(await carla.texts(channelId)).not.toContain('Alone again')
})

test('CH-3: people write to each other directly, and the second time it is the same conversation', async () => {
  const { admin, welcome } = await startOrganisation()
  const ben = await welcome('Ben Okafor')
  await ben.writeTo('Ana Sousa')
  await ben.say('Do you have a minute?')
  const [direct] = await admin.until('channels', {}, (all) => all.some(({ kind }) => kind === 'direct'))
  await admin.hears(direct!.channelId, 'Do you have a minute?')
  await admin.say(direct!.channelId, 'Two, even')
  await ben.reads('Two, even')
  const place = ben.page.url()
  await ben.go('#/')
  await ben.writeTo('Ana Sousa')
  expect(ben.page.url()).toBe(place)
})
