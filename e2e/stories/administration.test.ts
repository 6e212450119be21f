/** What an administrator does on the screen, and what it does to people. */
import { startServer } from '@reforms/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { CONNECTION_LOST } from '../harness/browser.ts'
import { look, show } from '../harness/look.ts'
import { ARRIVAL_MS, BrowserPerson } from '../harness/person.ts'

test('ADM-1, ADM-4, SES-6, GUEST-2, LINK-4: a guest comes by two links and sees one channel; deactivating somebody ends their sessions at once', async () => {
  const server = await startServer()
  onTestFinished(() => server.stop())
  const ana = await BrowserPerson.join('Ana Sousa', server.setupLink)
  const ben = await BrowserPerson.join('Ben Okafor', await ana.invite())
  ben.profile.tolerate(...CONNECTION_LOST, /status of 40[13]/)
  const { page } = ana
  const problems = await letGuestIn(ana)
  await ana.go('#/admin/people')
  await page.getByRole('button', { name: 'Actions for Ben Okafor' }).click()
  await page.getByRole('menuitem', { name: 'Deactivate' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Deactivate' }).click()
  await ben.page.getByText('This account has been deactivated').waitFor()
  await page.getByRole('list', { name: 'People' }).getByText('deactivated').waitFor()

  await ana.go('#/admin/audit')
  await page
    .getByRole('list', { name: 'Audit trail' })
    .getByText(/deactivated/)
    .first()
    .waitFor()
  expect(problems).toEqual([])
}, 120_000)

/** By an invitation to the organisation, and by an invite link to a private channel. Gives what is wrong with the screens. */
async function letGuestIn(ana: BrowserPerson): Promise<string[]> {
  const gia = await BrowserPerson.join('Gia Romano', await ana.invite('Guest'))
  const { page } = ana
  await ana.createChannel('Everyone')
  await ana.createChannel('Handover', 'Private')
  await page.getByRole('button', { name: 'Details' }).click()
  await page.getByRole('button', { name: 'Invite by link' }).click()
  const dialog = page.getByRole('dialog')
  const problems = await look(page, 'invite-link')
  await dialog.getByRole('button', { name: 'Create link' }).click()
  const link = await dialog.getByLabel('Invite link').inputValue({ timeout: ARRIVAL_MS })
  await show(page, 'invite-link')
  await page.keyboard.press('Escape')

  await gia.page.goto(link)
  await gia.page.getByRole('heading', { name: 'Join Handover?' }).waitFor({ timeout: ARRIVAL_MS })
  problems.push(...(await look(gia.page, 'invite-link-opened')))
  await show(gia.page, 'invite-link-opened')
  await gia.page.getByRole('button', { name: 'Join', exact: true }).click()
  await gia.composer().waitFor({ timeout: ARRIVAL_MS })
  await gia.say('Here I am')
  await ana.reads('Here I am')
  await show(gia.page, 'guest')
  const places = gia.conversations()
  expect(await places.getByText('Everyone').count()).toBe(0)
  expect(await places.getByRole('button', { name: 'New channel' }).count()).toBe(0)
  await gia.go('#/people')
  const people = gia.page.getByRole('main')
  await people.getByText('Ana Sousa').waitFor()
  expect(await people.getByText('Ben Okafor').count()).toBe(0)
  expect(await people.getByRole('button', { name: 'Write' }).count()).toBe(0)
  return problems
}

test('ADM-6, SES-9: a password link sets a new password, and does not open any message', async () => {
  const server = await startServer()
  onTestFinished(() => server.stop())
  const ana = await BrowserPerson.join('Ana Sousa', server.setupLink)
  const ben = await BrowserPerson.join('Ben Okafor', await ana.invite())
  await ana.go('#/admin/people')
  const { page } = ana
  await page.getByRole('button', { name: 'Actions for Ben Okafor' }).click()
  await page.getByRole('menuitem', { name: 'Reset password' }).click()
  const link = await page.getByRole('dialog').getByLabel('Link', { exact: true }).inputValue()

  const elsewhere = await BrowserPerson.open('Ben elsewhere')
  await elsewhere.page.goto(link)
  await elsewhere.page.getByLabel('New password', { exact: true }).fill('an entirely other password')
  await elsewhere.page.getByRole('button', { name: 'Set password' }).click()
  await elsewhere.page.getByText(/Sign in as ben/i).waitFor()
  await elsewhere.signIn(server.url, ben.userName, 'an entirely other password')
  await elsewhere.page.getByRole('heading', { name: 'Confirm it’s you' }).waitFor()
})
