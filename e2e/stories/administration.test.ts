/** What an administrator does on the screen, and what it does to people. */
import { startServer } from '@reforms/testkit'
import { onTestFinished, test } from 'vitest'
import { CONNECTION_LOST } from '../harness/browser.ts'
import { BrowserPerson } from '../harness/person.ts'

test('ADM-1, ADM-4, SES-6: deactivating somebody ends their sessions at once, and the audit trail says so', async () => {
  const server = await startServer()
  onTestFinished(() => server.stop())
  const ana = await BrowserPerson.join('Ana Sousa', server.setupLink)
  const ben = await BrowserPerson.join('Ben Okafor', await ana.invite())
  ben.profile.tolerate(...CONNECTION_LOST, /status of 40[13]/)
  await ana.go('#/admin/people')
  const { page } = ana
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
})

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
