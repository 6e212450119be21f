/** What opens above a screen, and the screens that few people see: without an accessibility violation either. */
import { TestPerson } from '@reforms/testkit'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { look, LOOKING_MS, show } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { BrowserPerson, PASSWORD } from '../harness/person.ts'

const REFUSED = /status of 4\d\d/

/** What a button is called shows after half a second. */
const NAMED_MS = 800

/**
 * Ctrl K just after the pointer came to rest on a button: its name does not come up above, where it would take the Escape that
 * follows. Browsers tell that the pointer has left what is covered as soon as they get to it; here they never do.
 */
async function openPaletteWhilePointing(page: Page): Promise<void> {
  await page.mouse.move(0, 0)
  await page.getByRole('button', { name: 'New channel' }).hover()
  const stays = await page.evaluateHandle(() => {
    const control = new AbortController()
    const { signal } = control
    addEventListener('pointerout', (event) => event.stopPropagation(), { capture: true, signal })
    return control
  })
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog', { name: 'Go to or do' })
  await palette.waitFor()
  await page.waitForTimeout(NAMED_MS)
  expect(await page.getByRole('tooltip').count()).toBe(0)
  await page.keyboard.press('Escape')
  await palette.waitFor({ state: 'detached' })
  await stays.evaluate((control) => control.abort())
  await page.mouse.move(0, 0)
}

/** The name of what is pointed at in a dialog takes no Escape from it. */
async function closeWhilePointing(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New channel' }).click()
  const dialog = page.getByRole('dialog', { name: 'New channel' })
  await dialog.getByRole('button', { name: 'Close' }).hover()
  await page.getByRole('tooltip', { name: 'Close' }).waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.mouse.move(0, 0)
}

test('dialogs, menus and panes are accessible', { timeout: LOOKING_MS }, async () => {
  const { server, admin, hire } = await startOrganisation()
  await hire('Carla Mendes')
  const ben = await BrowserPerson.join('Ben Okafor', await admin.invite('administrator'))
  const second = await TestPerson.restore({ serverUrl: server.url }, 'Ben Okafor', ben.phrase)
  onTestFinished(() => second.leave())
  const { page } = ben
  const problems: string[] = []
  /** Opens something, looks at it, and closes it again. */
  const see = async (name: string, role: 'dialog' | 'alertdialog' | 'menu', open: () => Promise<void>) => {
    await open()
    const opened = page.getByRole(role)
    await opened.waitFor()
    problems.push(...(await look(page, name)))
    await page.keyboard.press('Escape')
    await opened.waitFor({ state: 'detached' })
  }
  const press = (name: string) => () => page.getByRole('button', { name, exact: true }).click()
  const choose = (button: string, item: string) => async () => {
    await press(button)()
    await page.getByRole('menuitem', { name: item }).click()
  }

  await ben.createChannel('Ward 3')
  await ben.say('Good morning')
  await ben.reads('Good morning')
  await see('new channel', 'dialog', press('New channel'))
  await see('new message', 'dialog', press('New message'))
  await openPaletteWhilePointing(page)
  await closeWhilePointing(page)
  await see('palette', 'dialog', () => page.keyboard.press('Control+k'))
  await see('shortcuts', 'dialog', choose('You: Ben Okafor', 'Keyboard shortcuts'))
  await see('own menu', 'menu', press('You: Ben Okafor'))
  await see('signing out', 'alertdialog', choose('You: Ben Okafor', 'Sign out'))
  await see('emoji', 'dialog', press('Emoji'))
  await ben.composer().fill('Not now')
  await see('sending later', 'menu', press('Send later'))
  await ben.composer().fill('')
  await ben.message('Good morning').hover()
  await see('message menu', 'menu', press('Message actions'))
  await see('deleting', 'alertdialog', choose('Message actions', 'Delete message'))

  await press('Details')()
  await page.getByRole('button', { name: 'Archive' }).waitFor()
  problems.push(...(await look(page, 'details')))
  await see('adding people', 'dialog', press('Add people'))
  await see('editing', 'dialog', press('Edit name and description'))
  await see('leaving', 'alertdialog', press('Leave'))
  await ben.go('#/people')
  await see('person', 'dialog', () => page.getByRole('button', { name: /^Carla Mendes/ }).click())

  await ben.go('#/settings/devices')
  await see('removing a device', 'dialog', press('Remove Second'))
  await ben.go('#/admin/invitations')
  await see('inviting', 'dialog', () => page.getByRole('button', { name: 'New invitation' }).first().click())
  await ben.go('#/admin/people')
  await see('user menu', 'menu', press('Actions for Carla Mendes'))
  await see('deactivating', 'alertdialog', choose('Actions for Carla Mendes', 'Deactivate'))
  await see('password link', 'dialog', choose('Actions for Carla Mendes', 'Reset password'))
  expect(problems).toEqual([])
})

test('the pages of those who cannot get in are accessible', { timeout: LOOKING_MS }, async () => {
  const { server, wire, hire } = await startOrganisation()
  await hire('Ben Okafor')
  const ben = await BrowserPerson.open('Ben Okafor', { tolerated: [REFUSED] })
  const { page } = ben
  const problems: string[] = []
  const see = async (name: string, heading: string | RegExp) => {
    await page.getByRole('heading', { name: heading }).waitFor()
    problems.push(...(await look(page, name)))
  }
  await page.addInitScript(() => {
    if (location.search === '?insecure') Object.defineProperty(window, 'isSecureContext', { value: false })
  })
  await page.goto(`${wire.url}/?insecure`)
  await see('insecure', 'This page cannot run here')
  await page.goto(`${wire.url}/#/join/nosuchtoken`)
  await see('bad link', 'This link does not work')
  const { output } = await server.command('admin', 'reset-password', 'ben.okafor')
  await page.goto('about:blank')
  await page.goto(/https?:\/\/\S+#\/reset\/\S+/.exec(output)![0])
  await see('new password', 'Set a new password')
  await page.goto('about:blank')
  await ben.signIn(wire.url, 'ben.okafor', 'not the password')
  await page
    .getByText(/password/i)
    .first()
    .waitFor()
  await see('refused', 'Sign in')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await see('new browser', 'Confirm it’s you')
  await show(page, 'new-browser')
  await page.getByRole('button', { name: 'I lost my phrase' }).click()
  await see('lost phrase', 'Without your phrase')
  await page.getByRole('button', { name: 'Ask for a new identity' }).click()
  await page.getByText('You have asked for a new identity').waitFor()
  await see('asked', 'Without your phrase')
  await show(page, 'lost-phrase')
  expect(problems).toEqual([])
})
