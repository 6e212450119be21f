/** Pictures, seen small at once and looked at by keyboard; a film that somebody jumps about in; a voice message, from the microphone to somebody else's ears. */
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { PHONE } from '../harness/browser.ts'
import { show } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import type { BrowserPerson } from '../harness/person.ts'
import { picture, PICTURE } from '../harness/picture.ts'
import { BARS, FILM_SECONDS, makeFilm } from '../harness/webm.ts'

const MICROPHONE = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']

/** On a machine that has much to do. */
const FETCHED = { timeout: 20_000 }

async function looksByKeyboard(page: Page): Promise<void> {
  const first = button(page, /dawn\.png/)
  await expect.poll(() => first.locator('img').first().getAttribute('src')).toMatch(/^data:image\/jpeg/)
  await first.press('Enter')
  await page.getByRole('dialog', { name: 'dawn.png' }).waitFor()
  await page.keyboard.press('ArrowRight')
  const viewer = page.getByRole('dialog', { name: 'dusk.png' })
  await viewer.getByText('2 of 2').waitFor()
  const shown = viewer.locator('img')
  await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(PICTURE.width)
  await show(page, 'image-viewer')
  await page.keyboard.press('+')
  await button(page, 'Fit to the window').waitFor()
  await page.keyboard.press('Escape')
  await viewer.waitFor({ state: 'detached' })
  await expect.poll(() => first.evaluate((element) => element === document.activeElement)).toBe(true)
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

/** What somebody sees who jumps into a film that they have not begun, and from where on it is loaded by then. */
async function watch(film: Locator, second: number) {
  const seen = await film.evaluate(
    async (element, { second, bars }) => {
      const video = element as HTMLVideoElement
      video.muted = true
      video.currentTime = second
      await video.play()
      while (video.currentTime < second + 1) await new Promise(requestAnimationFrame)
      video.pause()
      const loadedFrom = video.buffered.start(video.buffered.length - 1)
      const drawn = new Promise((resolve) => video.requestVideoFrameCallback(resolve))
      // The middle of its picture.
      video.currentTime = second + 2.5
      await drawn
      const pen = new OffscreenCanvas(bars, 1).getContext('2d')!
      pen.drawImage(video, 0, 0, bars, 1)
      const { data } = pen.getImageData(0, 0, bars, 1)
      return { loadedFrom, duration: video.duration, bars: [...data].filter((_, at) => at % 4 === 0) }
    },
    { second, bars: BARS },
  )
  return { ...seen, picture: seen.bars.reduce((sum, light, bar) => sum + (light > 128 ? 1 << bar : 0), 0) }
}

async function sendFilm(ben: BrowserPerson, clara: BrowserPerson): Promise<void> {
  const film = { name: 'round.webm', mimeType: 'video/webm', buffer: await makeFilm(ben.page) }
  await ben.page.locator('input[type=file]').setInputFiles(film)
  await ben.composer().fill('How we do the round')
  await ben.composer().press('Enter')
  await clara.reads('How we do the round')
  const player = clara.message('How we do the round').locator('video')
  const late = FILM_SECONDS - 6
  for (const second of [late, 4]) {
    const seen = await watch(player, second)
    expect(seen).toMatchObject({ duration: FILM_SECONDS, picture: second + 2 })
    // What lies before the place was not fetched for it.
    if (second === late) expect(seen.loadedFrom).toBeGreaterThan(late / 2)
  }
}

test('FIL-8: pictures are looked at by keyboard; a film plays from where somebody jumps to; a voice message is recorded, looked over, sent and heard at another speed', async () => {
  const { admin, welcome } = await startOrganisation()
  await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor', { flags: MICROPHONE, viewport: PHONE })
  await ben.joinChannel('Ward 3')
  const clara = await welcome('Clara Weiss')
  await clara.joinChannel('Ward 3')
  const { page } = ben
  const pictures = ['dawn.png', 'dusk.png'].map((name, at) => {
    return { name, mimeType: 'image/png', buffer: picture(at * 200) }
  })
  await page.locator('input[type=file]').setInputFiles(pictures)
  await ben.composer().fill('From the window')
  await ben.composer().press('Enter')
  await clara.reads('From the window')
  await looksByKeyboard(clara.page)
  await sendFilm(ben, clara)
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
  // It comes from the server first.
  await expect.poll(() => place.inputValue().then(Number), FETCHED).toBeGreaterThan(0)
  await place.press('End')
  await place.press('ArrowLeft')
  // At its end it stands at its beginning again.
  await expect.poll(() => place.inputValue(), FETCHED).toBe('0')
  await voice.getByRole('button', { name: 'Speed 1.5×. Press to change it' }).waitFor()
  await show(hers, 'voice-message')

  await button(hers, 'Record a voice message').click()
  await hers
    .getByRole('alert')
    .getByText(/^No microphone was found/)
    .waitFor()
  await hers.keyboard.press('Enter')
  await expect.poll(() => clara.composer().evaluate((field) => field === document.activeElement)).toBe(true)
})
