/** Somebody has lost the phrase: what the page says, who has to agree, how long it takes, and what comes after. */
import { expect, test } from 'vitest'
import { CONNECTION_LOST } from '../harness/browser.ts'
import { glanceAbove } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, BrowserPerson, PASSWORD } from '../harness/person.ts'
import { openServerClock } from '../harness/server-clock.ts'

const WRONG_PHRASE = 'abandon ability able about above absent absorb abstract absurd abuse access accident'
const NOTICE_DAYS = 3

test('ENG-8: a wrong phrase is explained, and opens nothing', async () => {
  const { wire, welcome } = await startOrganisation()
  const ben = await welcome('Ben Okafor')
  const phone = await BrowserPerson.open('Ben’s phone', { tolerated: [/status of 4\d\d/] })
  await phone.signIn(wire.url, ben.userName, PASSWORD)
  const { page } = phone
  const first = page.getByLabel('Word 1', { exact: true })
  await first.fill(WRONG_PHRASE)
  await page.getByRole('button', { name: 'Confirm', exact: true }).click()
  await page.getByText('All are valid words, but together they are not a phrase').waitFor()
  await first.fill(ben.phrase.replace(/^\S+/, 'reforms'))
  await page.getByRole('button', { name: 'Confirm', exact: true }).click()
  await page.getByText('Not one of the 2,048 words').first().waitFor()
  expect(await phone.conversations().count()).toBe(0)
})

test('ID-8, DIR-9: without the phrase it takes an administrator and three days, and begins anew', async () => {
  const clock = openServerClock()
  const { server, wire, admin, hire, welcome } = await startOrganisation(clock.env)
  const channelId = await admin.createChannel('Ward 3')
  const ben = await hire('Ben Okafor')
  await ben.join(channelId)
  await ben.say(channelId, 'Written before')
  await admin.hears(channelId, 'Written before')
  const ana = await welcome('Second Administrator')
  await server.command('admin', 'set-role', ana.userName, 'administrator')

  const forgetful = await BrowserPerson.open('Ben Okafor', { tolerated: [/status of 4\d\d/] })
  const { page } = forgetful
  await forgetful.signIn(wire.url, 'ben.okafor', PASSWORD)
  await page.getByRole('button', { name: 'I lost my phrase' }).click()
  await page.getByRole('heading', { name: 'Without your phrase' }).waitFor()
  for (const heading of ['What you lose', 'What others see', 'What happens'])
    await page.getByRole('heading', { name: heading }).waitFor()
  await page.getByText('Everything written so far').waitFor()
  await page.getByRole('button', { name: 'Ask for a new identity' }).click()
  await page.getByText('An administrator has to agree').waitFor()

  await ana.page.reload()
  await ana.conversations().waitFor()
  await ana.go('#/admin/people')
  const people = ana.page.getByRole('list', { name: 'People' })
  await people.getByText('asks for a new identity').waitFor()
  await ana.page.getByRole('button', { name: 'Actions for Ben Okafor' }).click()
  await ana.page.getByRole('menuitem', { name: 'Approve new identity' }).click()
  const asked = ana.page.getByRole('alertdialog')
  await asked.getByText('Be sure that it is really them').waitFor()
  expect(await glanceAbove(ana.page, 'approving a new identity')).toEqual([])
  await asked.getByRole('button', { name: 'Approve new identity' }).click()
  await people.getByText(/new identity from/).waitFor()
  await page.reload()
  await page.getByText(/An administrator has agreed. You can carry on from/).waitFor()
  expect(await page.getByRole('button', { name: 'Make a new identity' }).count()).toBe(0)

  for (const { profile } of [ana, forgetful]) profile.tolerate(...CONNECTION_LOST)
  await clock.pass(server, NOTICE_DAYS)
  await page.reload()
  await page.getByText('The waiting time is over').waitFor()
  await page.getByRole('button', { name: 'Make a new identity' }).click()
  forgetful.phrase = await forgetful.readPhrase()
  expect(forgetful.phrase).not.toBe(ben.phrase)
  await page.getByRole('button', { name: 'I have written them down' }).click()
  await forgetful.confirmPhrase()
  await page.getByRole('button', { name: 'Make new identity' }).click()
  await forgetful.conversations().waitFor({ timeout: ARRIVAL_MS })
  await forgetful.joinChannel('Ward 3')
  await forgetful.say('Here I am again')
  await admin.hears(channelId, 'Here I am again')
})
