/** The main journey in Firefox, with somebody in Chromium: sign-up, a channel, messages, files, search, a reload, a phone. */
import { expect, test } from 'vitest'
import { PHONE } from '../harness/browser.ts'
import { findFirefox, FirefoxPerson } from '../harness/firefox.ts'
import { startOrganisation } from '../harness/organisation.ts'

test('somebody in Firefox and somebody in Chromium read each other, and a reload keeps all', async ({
  skip,
}) => {
  const firefox = findFirefox() ?? skip('there is no Firefox: install firefox-esr, or name one in FIREFOX')
  const { admin, welcome } = await startOrganisation()
  await admin.createChannel('Ward 3')
  const carla = await welcome('Carla Mendes')
  await carla.joinChannel('Ward 3')

  const finn = await FirefoxPerson.open('Finn Berg', firefox)
  await finn.register(await admin.invite())
  await finn.joinChannel('Ward 3')
  await finn.say('Ward 3', 'Good morning from Firefox')
  await carla.reads('Good morning from Firefox')
  await carla.say('And from Chromium')
  await finn.reads('And from Chromium')

  const file = { name: 'rota.txt', mimeType: 'text/plain', buffer: Buffer.from('Sunday: Carla') }
  await carla.page.locator('input[type=file]').first().setInputFiles(file)
  await carla.say('Here is the rota')
  await finn.reads('rota.txt')

  await finn.page.reload()
  await finn.reads('Good morning from')
  await finn.reads('Here is the rota')
  await finn.page.goto(`${new URL(finn.page.url()).origin}/#/search`)
  await finn.page.locator('input[type=search]').fill('rota')
  await finn.page.locator('a ::-p-text(Here is the)').wait()

  await finn.page.setViewport(PHONE)
  await finn.page.goto(`${new URL(finn.page.url()).origin}/#/`)
  await finn.page.locator('a ::-p-text(Ward 3)').click()
  await finn.say('Ward 3', 'Now from a phone')
  await carla.reads('Now from a phone')
  expect(await finn.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
    PHONE.width,
  )
})
