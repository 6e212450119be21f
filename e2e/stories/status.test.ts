/** What people let each other see: a status, do not disturb, and how far they have read. */
import { expect, test } from 'vitest'
import { show } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, BrowserPerson } from '../harness/person.ts'

test('STAT-1, STAT-4, RCPT-1, RCPT-2: a status, do not disturb and what was read, seen by a colleague and on another device', async () => {
  const { welcome, wire } = await startOrganisation()
  const ben = await welcome('Ben Okafor')
  const carla = await welcome('Carla Mendes')
  await ben.writeTo('Carla Mendes')
  await ben.say('Are you about?')
  await carla.openConversation('Ben Okafor')
  await carla.reads('Are you about?')
  await ben.page.getByText('Read', { exact: true }).waitFor({ timeout: ARRIVAL_MS })

  const { page } = carla
  const ownMenu = page.getByRole('button', { name: 'You: Carla Mendes' })
  await ownMenu.click()
  await page.getByRole('menuitem', { name: 'Set a status' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'On the ward round' }).click()
  await dialog.getByLabel('What are you up to?').fill('On the ward round, back at noon')
  await show(page, 'status')
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  const words = 'On the ward round, back at noon'
  await ben.page.getByRole('main').getByText(words).waitFor({ timeout: ARRIVAL_MS })
  await ben
    .conversations()
    .getByRole('link', { name: new RegExp(words) })
    .waitFor()

  await ownMenu.click()
  await page.getByRole('menuitem', { name: 'Do not disturb for 1 hour' }).click()
  await ben.page
    .getByRole('status')
    .filter({ hasText: 'Carla Mendes is not to be disturbed until' })
    .waitFor({ timeout: ARRIVAL_MS })
  await show(ben.page, 'do-not-disturb')

  const desk = await BrowserPerson.restore(carla, wire.url)
  await desk.go('#/settings/notifications')
  await desk.page.getByText('You are not to be disturbed until').waitFor({ timeout: ARRIVAL_MS })
  await desk.page.getByRole('button', { name: 'End do not disturb' }).click()
  await ben.page.getByText('is not to be disturbed until').waitFor({ state: 'detached', timeout: ARRIVAL_MS })

  await keepQuietNow(desk)
  await ben
    .conversations()
    .getByRole('link', { name: /Carla Mendes.*Do not disturb until/ })
    .waitFor({ timeout: ARRIVAL_MS })

  await hideReading(carla)
  await ben.say('And now?')
  await carla.reads('And now?')
  await carla.say('I keep it to myself')
  await ben.reads('I keep it to myself')
  for (const person of [ben, carla])
    expect(await person.page.getByText('Read', { exact: true }).count()).toBe(0)
})

/** STAT-4: every day, from an hour ago until in an hour. */
async function keepQuietNow({ page }: BrowserPerson): Promise<void> {
  const quiet = page.getByRole('region', { name: 'Do not disturb' })
  for (const name of ['Saturday', 'Sunday']) await quiet.getByRole('button', { name }).click()
  const [from, to] = await page.evaluate(() =>
    [-1, 1].map((hours) => new Date(Date.now() + hours * 60 * 60 * 1000).toTimeString().slice(0, 5)),
  )
  await quiet.getByLabel('From').fill(from!)
  await quiet.getByLabel('To', { exact: true }).fill(to!)
  await quiet.getByRole('button', { name: 'Save' }).click()
  await quiet.getByText('You are not to be disturbed until').waitFor()
}

/** RCPT-2: from here on they are not told of others' reading either. */
async function hideReading(carla: BrowserPerson): Promise<void> {
  await carla.go('#/settings/profile')
  await carla.page.getByRole('radio', { name: 'Keep it to yourself' }).click()
  await carla.page.getByRole('radio', { name: 'Keep it to yourself', checked: true }).waitFor()
  await carla.go('#/')
  await carla.openConversation('Ben Okafor')
}
