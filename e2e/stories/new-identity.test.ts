/** A reset of an identity as others see it: the devices that are in are warned; afterwards it is a new person by the same name. */
import { expect, test } from 'vitest'
import { CONNECTION_LOST } from '../harness/browser.ts'
import { look, LOOKING_MS } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, BrowserPerson, PASSWORD } from '../harness/person.ts'
import { openServerClock } from '../harness/server-clock.ts'

const REFUSED = /status of 4\d\d/
const NOTICE_DAYS = 3
const NEW_IDENTITY = 'Ben Okafor has a new identity. Compare safety numbers.'

/** Somebody who knows the password, in a browser that has no keys, asks for a new identity. */
async function askForNewIdentity(serverUrl: string): Promise<BrowserPerson> {
  const person = await BrowserPerson.open('Ben Okafor', { tolerated: [REFUSED] })
  await person.signIn(serverUrl, 'ben.okafor', PASSWORD)
  await person.page.getByRole('button', { name: 'I lost my phrase' }).click()
  await person.page.getByRole('button', { name: 'Ask for a new identity' }).click()
  await person.page.getByText('An administrator has to agree').waitFor()
  return person
}

test('ID-8: a device that is in is warned of a reset, and stops it', { timeout: LOOKING_MS }, async () => {
  const { wire, admin, welcome } = await startOrganisation()
  await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  await ben.joinChannel('Ward 3')
  const stranger = await askForNewIdentity(wire.url)
  const warning = ben.page.getByRole('alert').filter({ hasText: 'asked for a new identity' })
  await warning.waitFor({ timeout: ARRIVAL_MS })
  const people = await admin.until('people', {}, (all) =>
    all.some(({ displayName }) => displayName === ben.name),
  )
  const benId = people.find(({ displayName }) => displayName === ben.name)!.userId
  await admin.do('admin.approveReset', { userId: benId })
  await warning.getByText('It can be carried out from').waitFor({ timeout: ARRIVAL_MS })
  expect(await look(ben.page, 'reset warning')).toEqual([])
  await warning.getByRole('button', { name: 'Stop the reset' }).click()
  await warning.waitFor({ state: 'detached', timeout: ARRIVAL_MS })
  await stranger.page.reload()
  await stranger.page.getByRole('heading', { name: 'Confirm it’s you' }).waitFor()
  await stranger.page.getByRole('button', { name: 'I lost my phrase' }).click()
  await stranger.page.getByRole('button', { name: 'Ask for a new identity' }).waitFor()
})

test(
  'ID-8, DIR-9: after a reset others see a new person by the same name, to whom what was written before stays closed',
  { timeout: LOOKING_MS },
  async () => {
    const clock = openServerClock()
    const { server, wire, admin, hire, welcome } = await startOrganisation(clock.env)
    const before = await hire('Ben Okafor')
    const benId = await before.me()
    const carla = await welcome('Carla Mendes')
    const ward = await admin.createChannel('Ward 3')
    await before.join(ward)
    await carla.joinChannel('Ward 3')
    await carla.writeTo('Ben Okafor')
    await carla.say('Between the two of us')
    await carla.reads('Between the two of us')
    expect(await carla.page.getByText(NEW_IDENTITY).count()).toBe(0)

    const ben = await askForNewIdentity(wire.url)
    await admin.do('admin.approveReset', { userId: benId })
    for (const { profile } of [carla, ben]) profile.tolerate(...CONNECTION_LOST)
    await clock.pass(server, NOTICE_DAYS)
    await ben.page.reload()
    await ben.page.getByRole('button', { name: 'Make a new identity' }).click({ timeout: ARRIVAL_MS })
    ben.phrase = await ben.readPhrase()
    await ben.page.getByRole('button', { name: 'I have written them down' }).click()
    await ben.confirmPhrase()
    await ben.page.getByRole('button', { name: 'Make new identity' }).click()
    await ben.conversations().waitFor({ timeout: ARRIVAL_MS })
    expect(await ben.page.getByText('Between the two of us').count()).toBe(0)

    await carla.page.getByText(NEW_IDENTITY).first().waitFor({ timeout: ARRIVAL_MS })
    await carla.page.getByText('This conversation has ended').waitFor({ timeout: ARRIVAL_MS })
    expect(await carla.composer().count()).toBe(0)
    expect(await look(carla.page, 'new identity')).toEqual([])
    await carla.page.getByRole('button', { name: 'Start a new one' }).click()
    await carla.composer().waitFor({ timeout: ARRIVAL_MS })
    await ben.writeTo('Carla Mendes')
    await ben.say('It is me, with a new phrase')
    await carla.reads('It is me, with a new phrase')
    await carla.say('Then welcome back')
    await ben.reads('Then welcome back')
    expect(await ben.message('Between the two of us').count()).toBe(0)
    expect(await look(ben.page, 'beginning anew')).toEqual([])

    await carla.page.getByRole('button', { name: 'Members' }).click()
    await carla.page
      .getByRole('list', { name: 'Members' })
      .getByRole('button', { name: /Ben Okafor/ })
      .click()
    const person = carla.page.getByRole('dialog', { name: 'Ben Okafor' })
    await person.getByRole('button', { name: 'Show safety number' }).click()
    await person.getByText(NEW_IDENTITY).waitFor()
    expect(await look(carla.page, 'safety number')).toEqual([])
    await carla.page.keyboard.press('Escape')
    await carla.page.getByText(NEW_IDENTITY).waitFor({ state: 'detached', timeout: ARRIVAL_MS })
  },
)
