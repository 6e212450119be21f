/** The main journey in Firefox, with somebody in Chromium: sign-up, a channel, messages, files, search, a reload, a phone. */
import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { PHONE } from '../harness/browser.ts'
import { findFirefox, FirefoxPerson } from '../harness/firefox.ts'
import { startOrganisation } from '../harness/organisation.ts'
import type { BrowserPerson } from '../harness/person.ts'
import { picture } from '../harness/picture.ts'

/** What is larger than 4 MiB is read as a stream, a chunk of 1 MiB at a time, and never held as a whole. */
const WHOLE_BYTES = 3_000_000
const STREAMED_BYTES = 5_000_000
const LARGE = { width: 1500, height: 1000 }

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
  await tryFiles(carla, finn)
  await finn.go('#/search')
  await finn.page.locator('input[type=search]').fill('rota')
  await finn.page.locator('a ::-p-text(Here is the)').wait()

  await finn.page.setViewport(PHONE)
  await finn.go('#/')
  await finn.page.locator('a ::-p-text(Ward 3)').click()
  await finn.say('Ward 3', 'Now from a phone')
  await carla.reads('Now from a phone')
  expect(await finn.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
    PHONE.width,
  )
})

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** FIL-4, BLB-4: what Firefox saves is what was sent, from a tab that runs the engine and from one that does not; and it draws what it streams. */
async function tryFiles(carla: BrowserPerson, finn: FirefoxPerson): Promise<void> {
  const [scan, film, view] = [randomBytes(WHOLE_BYTES), randomBytes(STREAMED_BYTES), picture(40, LARGE)]
  const binary = 'application/octet-stream'
  await carla.page.locator('input[type=file]').setInputFiles([
    { name: 'scan.bin', mimeType: binary, buffer: scan },
    { name: 'film.bin', mimeType: binary, buffer: film },
    { name: 'view.png', mimeType: 'image/png', buffer: view },
  ])
  await carla.say('Three files')
  await finn.reads('film.bin')
  expect(hashOf(await finn.saves('scan.bin'))).toBe(hashOf(scan))
  expect(hashOf(await finn.saves('film.bin'))).toBe(hashOf(film))

  await finn.press('Open image view.png')
  await finn.page.waitForFunction(
    (width) => {
      const shown = document.querySelector<HTMLImageElement>('[role=dialog] img')
      return shown?.src.includes('/file-stream/') && shown.complete && shown.naturalWidth === width
    },
    {},
    LARGE.width,
  )
  await finn.page.keyboard.press('Escape')

  const other = await finn.inTab()
  await other.reads('film.bin')
  expect(hashOf(await other.saves('film.bin'))).toBe(hashOf(film))
  await other.page.close()
}
