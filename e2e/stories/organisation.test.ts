/** Roles, settings, sessions and passwords, by an administrator's page and by the command line. */
import { expect, test } from 'vitest'
import { CONNECTION_LOST } from '../harness/browser.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { BrowserPerson } from '../harness/person.ts'

const NEW_PASSWORD = 'seven quiet herons at dawn'
/** Around each name, so that a sentence keeps its order in any direction of writing. */
const ISOLATES = /[\u2068\u2069]/g
const REFUSED = /status of 40[13]/

test('ADM-1, ADM-4, ADM-5: a role, a session’s end and the settings take effect at once and stand in the audit trail', async () => {
  const { wire, admin, welcome } = await startOrganisation()
  const ana = await BrowserPerson.join('Ana Two', await admin.invite('administrator'))
  const ben = await welcome('Ben Okafor')
  const { page } = ana
  const places = ben.page.getByRole('navigation', { name: 'Places' })
  expect(await places.getByRole('link', { name: 'Administration' }).count()).toBe(0)

  await ana.go('#/admin/people')
  await page.getByRole('combobox', { name: 'Role of Ben Okafor' }).selectOption('Administrator')
  await places.getByRole('link', { name: 'Administration' }).waitFor()
  await page.getByRole('combobox', { name: 'Role of Ben Okafor' }).selectOption('Member')
  await places.getByRole('link', { name: 'Administration' }).waitFor({ state: 'detached' })

  await ana.go('#/admin/settings')
  await page.getByLabel('Name of the organisation').fill('Harbour Clinic')
  await page.getByRole('radio', { name: 'Anyone who can reach this server' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved').first().waitFor()
  const stranger = await BrowserPerson.open('Dina Haas', { tolerated: [REFUSED] })
  await stranger.page.goto(wire.url)
  await stranger.page.getByText('Harbour Clinic').first().waitFor()
  await stranger.page.getByRole('button', { name: 'Create an account' }).click()
  await stranger.page.getByRole('heading', { name: 'Join Harbour Clinic' }).waitFor()

  ben.profile.tolerate(...CONNECTION_LOST, REFUSED)
  await ana.go('#/admin/people')
  await page.getByRole('button', { name: 'Actions for Ben Okafor' }).click()
  await page.getByRole('menuitem', { name: 'Sign out everywhere' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.getByText('1 session was ended').waitFor()
  await ben.page.getByText('Your session has ended').waitFor()

  await ana.go('#/admin/audit')
  const trail = page.getByRole('list', { name: 'Audit trail' })
  await trail.getByText(/signed .* out everywhere/).waitFor()
  const sentences = (await trail.innerText()).replaceAll(ISOLATES, '')
  for (const sentence of [
    'Ana Two signed Ben Okafor out everywhere.',
    'Ana Two changed the name of the organisation.',
    'Ana Two changed who can join.',
    'Ana Two made Ben Okafor an administrator.',
    'Ana Two made Ben Okafor a member.',
    'Ben Okafor joined.',
  ])
    expect(sentences).toContain(sentence)
})

test('SES-9, ADM-3: the command line gives a link for a new password, which works once', async () => {
  const { server, wire, admin, welcome } = await startOrganisation()
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  await ben.joinChannel('Ward 3')
  await admin.say(channelId, 'Before the new password')
  await ben.reads('Before the new password')
  const { code, output } = await server.command('admin', 'reset-password', ben.userName)
  expect(code).toBe(0)
  const link = /https?:\/\/\S+#\/reset\/\S+/.exec(output)![0]

  ben.profile.tolerate(...CONNECTION_LOST, /status of 4\d\d/)
  const { page } = ben
  await page.goto(link)
  await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD)
  await page.getByRole('button', { name: 'Set password' }).click()
  await page.getByText(`Sign in as ${ben.userName} with the new password`).waitFor()
  await page.goto('about:blank')
  await ben.signIn(wire.url, ben.userName, NEW_PASSWORD)
  await ben.openConversation('Ward 3')
  await ben.reads('Before the new password')
  await admin.say(channelId, 'After it')
  await ben.reads('After it')

  const second = await BrowserPerson.open('Somebody else', { tolerated: [/status of 4\d\d/] })
  await second.page.goto(link)
  await second.page.getByLabel('New password', { exact: true }).fill('another password altogether')
  await second.page.getByRole('button', { name: 'Set password' }).click()
  await second.page.getByRole('alert').waitFor()
})
