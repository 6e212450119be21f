/** Roles, settings, sessions and passwords, by an administrator's page and by the command line. */
import { expect, test } from 'vitest'
import { CONNECTION_LOST } from '../harness/browser.ts'
import { show } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { BrowserPerson } from '../harness/person.ts'

const NEW_PASSWORD = 'seven quiet herons at dawn'
/** Around each name, so that a sentence keeps its order in any direction of writing. */
const ISOLATES = /[\u2068\u2069]/g
const REFUSED = /status of 40[13]/

test('ADM-1, ADM-4, ADM-5, EMO-1: a role, a session’s end, settings and emoji take effect at once and stand in the audit trail', async () => {
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
  await page.getByLabel('Largest file that people may send').fill('1')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved').first().waitFor()
  const stranger = await BrowserPerson.open('Dina Haas', { tolerated: [REFUSED] })
  await stranger.page.goto(wire.url)
  await stranger.page.getByText('Harbour Clinic').first().waitFor()
  await stranger.page.getByRole('button', { name: 'Create an account' }).click()
  await stranger.page.getByRole('heading', { name: 'Join Harbour Clinic' }).waitFor()

  await admin.createChannel('Ward 3')
  await tryEmoji(ana, ben)
  await tryTeam(ana)
  await callTogether(ana, ben)
  await attachTooMuch(ben)

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
    'Ana Two changed how large files may be.',
    'Ana Two added the emoji :thank_you_ward:.',
    'Ana Two made Ben Okafor an administrator.',
    'Ana Two made Ben Okafor a member.',
    'Ben Okafor joined.',
  ])
    expect(sentences).toContain(sentence)
})

/** EMO-1, EMO-3: added as a large picture where emoji are chosen, found while one types and among all, given as a reaction, removed. */
async function tryEmoji(ana: BrowserPerson, ben: BrowserPerson): Promise<void> {
  await ana.joinChannel('Ward 3')
  await ana.page.getByRole('button', { name: 'Emoji', exact: true }).click()
  await ana.page.getByRole('button', { name: 'Add emoji' }).click()
  const picture = { name: 'Thank you, ward.png', mimeType: 'image/png', buffer: await drawn(ana) }
  const dialog = ana.page.getByRole('dialog', { name: 'New emoji' })
  await dialog.locator('input[type=file]').setInputFiles(picture)
  await dialog.getByRole('img', { name: 'How it will look' }).waitFor()
  expect(await dialog.getByLabel('Short name').inputValue()).toBe('thank_you_ward')
  await show(ana.page, 'new-emoji')
  await dialog.getByRole('button', { name: 'Add emoji' }).click()
  await ana.page.getByText(':thank_you_ward: is there now, for everybody.').waitFor()
  await ana.go('#/admin/emoji')
  await ana.page.getByRole('list', { name: 'Emoji' }).getByText(':thank_you_ward:').waitFor()

  await ben.joinChannel('Ward 3')
  await ben.composer().fill('')
  await ben.page.keyboard.type('All done :tha')
  await ben.page.getByRole('option', { name: ':thank_you:' }).waitFor()
  await ben.page.getByRole('option', { name: ':thank_you_ward:' }).waitFor()
  await ben.page.keyboard.press('Enter')
  await ben.page.keyboard.press('Enter')
  const message = ben.message('All done').first()
  await message.getByRole('img', { name: ':thank_you_ward:' }).first().waitFor()
  // Its place is kept until the picture is here.
  const shown = message.locator('img[alt=":thank_you_ward:"]').first()
  await shown.waitFor()
  const width = await shown.evaluate((image: HTMLImageElement) =>
    image.decode().then(() => image.naturalWidth),
  )
  expect(width).toBe(128)
  // What is on its way takes no reaction yet.
  await message.locator('.message-state').waitFor({ state: 'detached' })
  await message.focus()
  await ben.page.keyboard.press('+')
  const ours = ben.page.getByRole('group', { name: 'Ours' })
  await ours.getByRole('button', { name: ':thank_you_ward:' }).waitFor()
  await show(ben.page, 'emoji')
  const find = ben.page.getByRole('textbox', { name: 'Find an emoji' })
  await find.fill('no such')
  await ben.page.getByText(/can add emoji of your own/).waitFor()
  expect(await ben.page.getByRole('button', { name: 'Add emoji' }).count()).toBe(0)
  await find.fill('')
  await ours.getByRole('button', { name: ':thank_you_ward:' }).click()
  const reaction = message.getByRole('button', { name: /^:thank_you_ward: 1/ })
  await reaction.locator('img').waitFor()

  await ana.page.getByRole('button', { name: 'Remove :thank_you_ward:' }).click()
  await ana.page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await ben.reads('All done :thank_you_ward:')
  await reaction.getByText(':thank_you_ward:').waitFor()
}

/** Made beside the people. */
async function tryTeam(ana: BrowserPerson): Promise<void> {
  const { page } = ana
  await ana.go('#/people')
  await page.getByRole('radio', { name: 'Teams' }).click()
  await page.getByRole('button', { name: 'New team' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name of the team').fill('Night nurses')
  await dialog.getByLabel('Handle').fill('nurses')
  for (const name of [/Ana Two/, /Ben Okafor/]) await dialog.getByRole('checkbox', { name }).click()
  await dialog.getByRole('button', { name: 'Create team' }).click()
  await page.getByRole('list', { name: 'Teams' }).getByText('Ana Two, Ben Okafor').waitFor()
  await show(page, 'teams')
}

/** TEAM-3: whom a team's handle means, and whom `@channel` means, see that it is for them. */
async function callTogether(ana: BrowserPerson, ben: BrowserPerson): Promise<void> {
  const calls = [
    { typed: '@nur', option: /Night nurses/, rest: 'who has the keys?', said: '@nurses who has the keys?' },
    { typed: '@chan', option: /@channel/, rest: 'the lift works', said: '@channel the lift works' },
  ]
  await ana.go('#/')
  await ana.openConversation('Ward 3')
  for (const { typed, option, rest, said } of calls) {
    await ana.composer().fill('')
    await ana.page.keyboard.type(typed)
    await ana.page.getByRole('option', { name: option }).waitFor()
    await ana.page.keyboard.press('Enter')
    await ana.page.keyboard.type(rest)
    await ana.page.keyboard.press('Enter')
    await ben.reads(said)
    expect(await ben.message(said).getAttribute('class')).toContain('message-for-me')
    expect(await ana.message(said).getAttribute('class')).not.toContain('message-for-me')
  }
}

/** FIL-7: the setting holds for whoever was there before it. */
async function attachTooMuch({ page }: BrowserPerson): Promise<void> {
  const scan = { name: 'scan.tiff', mimeType: 'image/tiff', buffer: Buffer.alloc(2 * 1024 * 1024) }
  await page.locator('input[type=file]').first().setInputFiles(scan)
  await page
    .getByText(/“scan.tiff” is 2.* so it was not attached. Your organisation allows files up to 1/)
    .waitFor()
  expect(await page.getByRole('list', { name: 'Attached files' }).count()).toBe(0)
}

/** A heart of many colours, 400 by 400 pixels. */
async function drawn({ page }: BrowserPerson): Promise<Buffer> {
  const base64 = await page.evaluate(() => {
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width: 400, height: 400 })
    const context = canvas.getContext('2d')!
    const colours = context.createLinearGradient(0, 0, 400, 400)
    for (let part = 0; part <= 10; part += 1)
      colours.addColorStop(part / 10, `hsl(${330 + 9 * part} 85% 55%)`)
    context.fillStyle = colours
    context.fill(
      new Path2D(
        'M200 370C20 240 10 150 30 100C60 30 160 30 200 110C240 30 340 30 370 100C390 150 380 240 200 370Z',
      ),
    )
    return canvas.toDataURL('image/png').split(',')[1] ?? ''
  })
  return Buffer.from(base64, 'base64')
}

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
