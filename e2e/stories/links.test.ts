/** Links that let nobody in any more, and pages that cannot run. */
import { expect, test } from 'vitest'
import { CONNECTION_LOST } from '../harness/browser.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { BrowserPerson } from '../harness/person.ts'
import { openServerClock } from '../harness/server-clock.ts'

const REFUSED = /status of 4(03|04|10)/

async function isRefused(visitor: BrowserPerson, link: string): Promise<void> {
  const { page } = visitor
  await page.goto('about:blank')
  await page.goto(link)
  await page.getByRole('heading', { name: 'This link does not work' }).waitFor()
  await page.getByText('Links expire, and some can be used only once').waitFor()
}

test('ADM-2: an administrator takes an invitation back, and another one expires', async () => {
  const clock = openServerClock()
  const { server, wire, admin } = await startOrganisation(clock.env)
  const ana = await BrowserPerson.join('Ana Two', await admin.invite('administrator'))
  const { page } = ana
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Administration' }).click()
  await ana.go('#/admin/invitations')
  await page.getByRole('button', { name: 'New invitation' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Note').fill('night shift')
  await dialog.getByLabel('How many people').fill('2')
  await dialog.getByLabel('Valid for').selectOption('1 day')
  await dialog.getByRole('button', { name: 'Create link' }).click()
  const link = await dialog.getByLabel('Link', { exact: true }).inputValue()
  await page.keyboard.press('Escape')
  const invitations = page.getByRole('list', { name: 'Invitations' })
  await invitations.getByText(/2 of 2 left/).waitFor()

  const ben = await BrowserPerson.join('Ben Okafor', link)
  expect(await ben.page.getByRole('link', { name: 'Administration' }).count()).toBe(0)
  await ben.go('#/admin/people')
  expect(await ben.page.getByRole('list', { name: 'People' }).count()).toBe(0)
  await ana.go('#/admin/people')
  await ana.go('#/admin/invitations')
  await invitations.getByText(/1 of 2 left/).waitFor()
  await page.getByRole('button', { name: 'Revoke invitation night shift' }).click()
  await invitations.getByText('revoked').waitFor()

  const late = await BrowserPerson.open('Late', { tolerated: [REFUSED] })
  await isRefused(late, link)
  const forOneHour = await admin.invite()
  await late.page.goto(forOneHour)
  await late.page.getByLabel('Your name').waitFor()
  for (const { profile } of [ana, ben, late]) profile.tolerate(...CONNECTION_LOST)
  await clock.pass(server, 1)
  await isRefused(late, forOneHour)
  await late.page.getByRole('button', { name: 'Go to sign in' }).click()
  await late.page.getByText('Ask an administrator for an invitation link').waitFor()
  expect(late.page.url()).toContain(wire.url)
})

test('a page that was opened insecurely, or in a browser that lacks something, says what to do', async () => {
  const { wire, server } = await startOrganisation({ REFORMS_HOST: '0.0.0.0' })
  const visitor = await BrowserPerson.open('Visitor')
  const { page } = visitor
  await page.addInitScript(() => {
    if (location.search === '?insecure') Object.defineProperty(window, 'isSecureContext', { value: false })
    if (location.search === '?old') Object.defineProperty(navigator, 'locks', { value: undefined })
  })
  await page.goto(`${wire.url}/?insecure`)
  await page.getByRole('heading', { name: 'This page cannot run here' }).waitFor()
  await page.getByText('Nothing was loaded or sent').waitFor()
  await page.getByRole('button', { name: 'Try the secure address' }).waitFor()
  await page.goto(`${wire.url}/?old`)
  await page.getByRole('heading', { name: 'This page cannot run here' }).waitFor()
  await page.getByText('coordination between tabs (Web Locks)').waitFor()
  await page.goto(server.url)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})
