/** Voice messages: recorded, listened to, discarded and brought back, sent, heard by somebody else; where there is no microphone. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { PHONE } from '../harness/browser.ts'
import { startOrganisation } from '../harness/organisation.ts'

const MICROPHONE = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

test('FIL-8: a voice message is recorded by keyboard, looked over, sent and heard at another speed', async () => {
  const { admin, welcome } = await startOrganisation()
  await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor', { flags: MICROPHONE, viewport: PHONE })
  await ben.joinChannel('Ward 3')
  const { page } = ben
  const clara = await welcome('Clara Weiss')
  await clara.joinChannel('Ward 3')
  await ben.composer().press('Control+Shift+L')
  await page.getByText('0:04').waitFor()
  await page.keyboard.press('Enter')
  await button(page, 'Play').click()
  await button(page, 'Pause').waitFor()
  await button(page, 'Discard the recording').click()
  await button(page, 'Undo').click()
  await page.getByRole('slider', { name: 'Place in the voice message' }).waitFor()
  await button(page, 'Send voice message').press('Enter')
  const sent = page.getByRole('group', { name: /^Voice message, 0:0/ })
  await sent.waitFor()

  const { page: hers } = clara
  const voice = hers.getByRole('group', { name: /^Voice message, 0:0/ })
  const place = voice.getByRole('slider')
  await voice.getByRole('button', { name: 'Play' }).click()
  await voice.getByRole('button', { name: 'Speed 1×. Press to change it' }).click()
  await expect.poll(() => place.inputValue().then(Number)).toBeGreaterThan(0)
  await place.press('End')
  await place.press('ArrowLeft')
  // At its end it stands at its beginning again.
  await expect.poll(() => place.inputValue()).toBe('0')
  await voice.getByRole('button', { name: 'Speed 1.5×. Press to change it' }).waitFor()

  await button(hers, 'Record a voice message').click()
  await hers
    .getByRole('alert')
    .getByText(/^No microphone was found/)
    .waitFor()
  await hers.keyboard.press('Enter')
  await expect.poll(() => clara.composer().evaluate((field) => field === document.activeElement)).toBe(true)
})
