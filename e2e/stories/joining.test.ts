/** The way in: what the links do, and what they do not do any more. */
import { startServer } from '@reforms/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { BrowserPerson } from '../harness/person.ts'
import { startOrganisation } from '../harness/organisation.ts'

const REFUSED = /Failed to load resource: the server responded with a status of 4(03|10)/

test('ADM-3: the set-up link makes the first administrator, who has a phrase to write down, and then no other', async () => {
  const server = await startServer()
  onTestFinished(() => server.stop())
  const ana = await BrowserPerson.join('Ana Sousa', server.setupLink)
  expect(ana.phrase.split(' ')).toHaveLength(12)
  await ana.go('#/admin/people')
  await ana.page.getByRole('list', { name: 'People' }).getByText('Ana Sousa').first().waitFor()

  const second = await BrowserPerson.open('Second', { tolerated: [REFUSED] })
  await second.page.goto(server.setupLink)
  await second.page.getByRole('heading', { name: 'This link does not work' }).waitFor()
})

test('ADM-2, ADM-3: an invitation for one lets one in, and without one nobody registers', async () => {
  const { wire, admin } = await startOrganisation()
  const link = await admin.invite()
  const ben = await BrowserPerson.join('Ben Okafor', link)
  await ben.conversations().waitFor()

  const late = await BrowserPerson.open('Late', { tolerated: [REFUSED] })
  await late.page.goto(link)
  await late.page.getByRole('heading', { name: 'This link does not work' }).waitFor()
  await late.page.goto(`${wire.url}/#/join`)
  await late.page.getByRole('heading', { name: 'This link does not work' }).waitFor()
})

test('ID-4: an account is made only by who has the words of the phrase at hand', async () => {
  const { admin } = await startOrganisation()
  const ben = await BrowserPerson.open('Ben Okafor')
  await ben.enterDetails(await admin.invite())
  const { page } = ben
  await page.getByRole('button', { name: 'I have written them down' }).click()
  for (const field of await page.getByLabel(/^Word \d+$/).all()) await field.fill('wrong')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page
    .getByText(/^That is not word \d+/)
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'Show the words again' }).click()
  expect(await ben.readPhrase()).toBe(ben.phrase)
})
