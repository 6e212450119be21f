/** Desktop notifications while a page is open: of what is for somebody, never of what they look at or write themselves. */
import { TestPerson } from '@reforms/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { show } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, type BrowserPerson } from '../harness/person.ts'

interface Shown {
  readonly title: string
  readonly body: string
}

/** Lets the page show notifications as ever, and keeps them, so that they can be read and clicked. */
async function keepNotifications({ profile, page }: BrowserPerson): Promise<void> {
  await profile.context.addInitScript(() => {
    const shown: Notification[] = []
    class KeptNotification extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options)
        shown.push(this)
      }
    }
    Object.assign(globalThis, { Notification: KeptNotification, shownNotifications: shown })
  })
  await page.reload()
}

function shownTo({ page }: BrowserPerson): Promise<Shown[]> {
  return page.evaluate(() => {
    const { shownNotifications } = globalThis as unknown as { shownNotifications: Notification[] }
    return shownNotifications.map(({ title, body }) => ({ title, body }))
  })
}

/** As the person does who clicks the last one. */
function clickLast({ page }: BrowserPerson): Promise<void> {
  return page.evaluate(() => {
    const { shownNotifications } = globalThis as unknown as { shownNotifications: Notification[] }
    shownNotifications.at(-1)?.dispatchEvent(new Event('click'))
  })
}

test('ENG-9: what names somebody or is written to them directly is shown, once, and a click opens it', async () => {
  const { server, admin, wire, hire, welcome } = await startOrganisation()
  const ward = await admin.createChannel('Ward 3')
  const carla = await hire('Carla Mendes')
  await carla.join(ward)
  const ben = await welcome('Ben Okafor')
  await ben.profile.context.grantPermissions(['notifications'], { origin: wire.url })
  await keepNotifications(ben)
  await ben.joinChannel('Ward 3')
  const benId = await carla
    .until('people', {}, (people) => people.some(({ displayName }) => displayName === ben.name))
    .then((people) => people.find(({ displayName }) => displayName === ben.name)!.userId)

  // Before it is turned on. What stands in a conversation before one is in it is caught up with, not told.
  const { channelId: direct } = await carla.do('channel.openDirect', { people: [benId] })
  await ben.conversations().getByRole('link', { name: 'Carla Mendes' }).click({ timeout: ARRIVAL_MS })
  await ben.composer().waitFor({ timeout: ARRIVAL_MS })
  await ben.go('#/settings/notifications')
  await carla.say(ward, 'Not yet, @ben.okafor')
  await carla.hears(ward, 'Not yet, @ben.okafor')
  await expect.poll(() => ben.page.title(), { timeout: ARRIVAL_MS }).toMatch(/^\(1\) /)
  expect(await shownTo(ben)).toEqual([])
  await ben.page.getByRole('button', { name: 'Turn on notifications' }).click()
  await ben.page.getByRole('button', { name: 'Turn off notifications' }).waitFor()

  await carla.say(ward, 'For everybody')
  await carla.say(ward, 'Can you help, @ben.okafor?')
  const named = { title: 'Carla Mendes in Ward 3', body: 'Can you help, @ben.okafor?' }
  await expect.poll(() => shownTo(ben), { timeout: ARRIVAL_MS }).toEqual([named])
  await carla.say(direct, 'Are you there?')
  const written = { title: 'Carla Mendes', body: 'Are you there?' }
  await expect.poll(() => shownTo(ben), { timeout: ARRIVAL_MS }).toEqual([named, written])

  await clickLast(ben)
  await ben.page.getByRole('main', { name: 'Carla Mendes' }).waitFor()
  await ben.reads('Are you there?')
  // Looked at, and one's own from elsewhere.
  await carla.say(direct, 'While you look')
  await ben.reads('While you look')
  const phone = await TestPerson.restore({ serverUrl: server.url }, ben.name, ben.phrase)
  onTestFinished(() => phone.leave())
  await ben.openConversation('Ward 3')
  await phone.until('channel', { channelId: direct }, (channel) => channel?.place === 'member')
  await phone.say(direct, 'From my phone, @ben.okafor')
  await carla.hears(direct, 'From my phone, @ben.okafor')
  await carla.say(direct, 'The last one')
  const last = { title: 'Carla Mendes', body: 'The last one' }
  await expect.poll(() => shownTo(ben), { timeout: ARRIVAL_MS }).toEqual([named, written, last])

  await ben.go('#/settings/notifications')
  await ben.page.getByRole('button', { name: 'Turn off notifications' }).click()
  await carla.say(direct, 'Nobody is told of this')
  await ben.go(`#/c/${direct}`)
  await ben.reads('Nobody is told of this')
  expect(await shownTo(ben)).toEqual([named, written, last])

  // What one wanted to be reminded of is told in the page without them too, until it is dealt with, here or elsewhere (OWN-11).
  const { seq } = await phone.hears(direct, 'The last one')
  const remind = (at?: number) =>
    phone.do('reminder.set', { channelId: direct, seq: seq!, ...(at === undefined ? {} : { at }) })
  const told = ben.page.getByText('Reminder: Carla Mendes: The last one')
  await ben.go('#/saved')
  await remind(Date.now() + 500)
  await told.waitFor({ timeout: ARRIVAL_MS })
  await show(ben.page, 'reminder')
  await ben.page.getByRole('button', { name: 'Open', exact: true }).click()
  await expect.poll(() => ben.page.url()).toContain(`${direct}/m/${seq}`)
  await told.waitFor({ state: 'detached' })
  await remind(Date.now() + 500)
  await told.waitFor({ timeout: ARRIVAL_MS })
  await remind()
  await told.waitFor({ state: 'detached', timeout: ARRIVAL_MS })
  expect(await shownTo(ben)).toEqual([named, written, last])
})
