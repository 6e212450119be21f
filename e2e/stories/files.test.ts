/** A large file: the page is loaded anew while it goes up, it plays and seeks without being loaded whole, and is saved as it was. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { CONNECTION_LOST } from '../harness/browser.ts'
import { glanceAbove, look, show } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { makePdf } from '../harness/pdf.ts'
import type { BrowserPerson } from '../harness/person.ts'

const SECONDS = 170
const BYTES_PER_SECOND = 44_100 * 4
const SLOW_BYTES_PER_SECOND = 3_000_000
/** On a machine that has other things to do. */
const SENT_MS = 60_000

/** Stereo, 44.1 kHz, 16 bits: a tone that becomes higher, so that no part is like another. */
function recording(): Buffer {
  const length = SECONDS * BYTES_PER_SECOND
  const wav = Buffer.alloc(44 + length)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(36 + length, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(2, 22)
  wav.writeUInt32LE(44_100, 24)
  wav.writeUInt32LE(BYTES_PER_SECOND, 28)
  wav.writeUInt16LE(4, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(length, 40)
  for (let at = 0; at < length; at += 4) {
    const level = Math.round(8000 * Math.sin(at * at * 1e-9))
    wav.writeInt16LE(level, 44 + at)
    wav.writeInt16LE(-level, 46 + at)
  }
  return wav
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

test('FIL-6, BLB-3, BLB-4: 30 MB go on after a reload, play and seek as they come, and are saved as they were', async () => {
  const { admin, welcome, wire } = await startOrganisation()
  await admin.createChannel('Recordings')
  const ben = await welcome('Ben Okafor')
  await ben.joinChannel('Recordings')
  const { page } = ben
  ben.profile.tolerate(...CONNECTION_LOST)
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  const wav = recording()
  wire.pace(SLOW_BYTES_PER_SECOND)
  const path = join(ben.profile.folder, 'interview.wav')
  writeFileSync(path, wav)
  await page.locator('input[type=file]').setInputFiles(path)
  await ben.composer().fill('The interview')
  await ben.composer().press('Enter')
  await page.getByText(/^Sending, [1-9]/).waitFor()
  await page.reload()
  await page.getByText(/^Sending, [1-9]/).waitFor()
  await page.getByRole('button', { name: 'Pause sending' }).click()
  await page.getByText(/^Paused, [1-9]/).waitFor()
  await show(page, 'sending')
  await page.getByRole('button', { name: 'Go on sending' }).click()
  wire.pace(undefined)
  await ben.reads('The interview', SENT_MS)

  const player = page.locator('audio')
  const heard = await player.evaluate(async (audio: HTMLAudioElement) => {
    audio.muted = true
    await audio.play()
    audio.currentTime = 150
    await new Promise((resolve) => audio.addEventListener('seeked', resolve, { once: true }))
    const loaded = Array.from({ length: audio.buffered.length }, (_, index) => [
      audio.buffered.start(index),
      audio.buffered.end(index),
    ])
    audio.pause()
    return { duration: audio.duration, at: audio.currentTime, loaded }
  })
  expect(heard).toMatchObject({ duration: SECONDS })
  expect(heard.at).toBeGreaterThanOrEqual(150)
  await saves(page, wav)
  await saveInAnotherTab(ben, wire.url, wav)
  await tryPdf(ben)
})

async function saves(page: Page, wav: Buffer): Promise<void> {
  const [saved] = await Promise.all([
    page.waitForEvent('download', { timeout: SENT_MS }),
    page.getByRole('button', { name: 'Download interview.wav' }).click(),
  ])
  expect(saved.suggestedFilename()).toBe('interview.wav')
  expect(hashOf(readFileSync(await saved.path()))).toBe(hashOf(wav))
}

/** How many parts of 1 MiB it is read in. */
const PARTS = 29
/** The first of them is one: it tells the tab to ask for a lane. What was asked for before that is there may be too. */
const COPIED_MAX = 3

/** One that does not run the engine: its bytes come by a lane, and not as copies on its channel. */
async function saveInAnotherTab(ben: BrowserPerson, url: string, wav: Buffer): Promise<void> {
  const other = ben.inTab(await ben.profile.newTab())
  await other.page.goto(url)
  await other.openConversation('Recordings')
  await other.page.evaluate(countParts)
  await saves(other.page, wav)
  const { asked, copied } = await other.page.evaluate(() => (globalThis as unknown as Counting).counted)
  expect(asked).toBeGreaterThanOrEqual(PARTS)
  // Where this tab ran the engine itself there would be none.
  expect(copied).toBeGreaterThanOrEqual(1)
  expect(copied).toBeLessThanOrEqual(COPIED_MAX)
  await other.page.close()
}

interface Counting {
  counted: { asked: number; copied: number }
}

/** In the page: listens on the channels of all tabs, of which only one wants a file. */
async function countParts(): Promise<void> {
  const { held = [] } = await navigator.locks.query()
  const counted = { asked: 0, copied: 0 }
  Object.assign(globalThis, { counted })
  for (const { name = '' } of held.filter((lock) => lock.name?.startsWith('reforms-tab-'))) {
    new BroadcastChannel(name).addEventListener('message', ({ data }: MessageEvent) => {
      const { intent, output } = data as { intent?: string; output?: { bytes?: Uint8Array } }
      if (intent === 'file.range') counted.asked += 1
      if (output?.bytes) counted.copied += 1
    })
  }
}

const PHONE = { width: 390, height: 844 }
/** So many that what lies between them adds up. */
const PAGES = 30
const KEPT_PX = 6
const BROKEN = Buffer.from('%PDF-1.4 and nothing else')

/** Read in the page, under its policy: its words, its places, its links; a locked one; one that is none. */
async function tryPdf(ben: BrowserPerson): Promise<void> {
  const { page } = ben
  const pages = Array.from({ length: PAGES }, (_, week) => `Rota for week ${week + 1} of the year`)
  const shifts = ['Early: Aisha Rahman, Ben Okafor', 'Late: Carla Mendes', 'Night: Deniz Kaya, Emma Lind']
  const documents = {
    'rota.pdf': makePdf(
      pages.map((title) => [title, '', ...shifts].join('\n')),
      { link: 'https://example.org/rota' },
    ),
    'locked.pdf': makePdf(['For the ward only'], { password: 'seven' }),
    'broken.pdf': BROKEN,
    'endless.pdf': makePdf(['The only page'], { claims: 9_999_999 }),
  }
  const files = Object.entries(documents).map(([name, buffer]) => ({
    name,
    buffer,
    mimeType: 'application/pdf',
  }))
  await page.setViewportSize(PHONE)
  await page.locator('input[type=file]').setInputFiles(files)
  await ben.composer().fill('Four documents')
  await ben.composer().press('Enter')
  await ben.reads('Four documents', SENT_MS)

  await page.getByRole('button', { name: 'Open rota.pdf' }).click()
  const viewer = page.getByRole('dialog', { name: 'rota.pdf' })
  await viewer.getByRole('region', { name: 'Page 1', exact: true }).getByText(pages[0]!).waitFor()
  const link = viewer.getByRole('link', { name: 'https://example.org/rota' })
  expect(await link.getAttribute('rel')).toContain('noopener')
  const drawn = await viewer.locator('canvas').first().evaluate(isDrawn)
  expect(drawn).toBe(true)
  const width = async () =>
    (await viewer.getByRole('region', { name: 'Page 1', exact: true }).boundingBox())!.width
  const fitting = await width()
  expect(fitting).toBeLessThanOrEqual(PHONE.width)
  await show(page, 'pdf')
  const problems = await look(page, 'a document')
  await page.setViewportSize(PHONE)
  await page.keyboard.press('End')
  await viewer.getByText(pages.at(-1)!).waitFor()
  await page.keyboard.press('+')
  await expect.poll(width).toBeGreaterThan(fitting)
  await keepsPlace(page, viewer)
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Open locked.pdf' }).click()
  const password = page.getByLabel('Password of this document')
  await password.waitFor()
  problems.push(...(await glanceAbove(page, 'a locked document')))
  await password.fill('eight')
  await password.press('Enter')
  await page.getByText('This is not the password.').waitFor()
  problems.push(...(await glanceAbove(page, 'a wrong password')))
  await password.fill('seven')
  await password.press('Enter')
  await page.getByText('For the ward only').waitFor()
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Open broken.pdf' }).click()
  await page.getByRole('alert').getByText('This document is damaged').waitFor()
  problems.push(...(await glanceAbove(page, 'a damaged document')))
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Open endless.pdf' }).click()
  const endless = page.getByRole('dialog', { name: 'endless.pdf' })
  await endless.getByText('The only page').waitFor()
  await endless.getByText('These are the first 5,000 of 10,000,000 pages.').waitFor({ state: 'attached' })
  expect(problems).toEqual([])
}

/** Far into the document, what stands in the middle stays there, larger and smaller. */
async function keepsPlace(page: Page, viewer: Locator): Promise<void> {
  const read = viewer.getByRole('region', { name: `Page ${PAGES - 10}`, exact: true })
  await read.evaluate((element) => element.scrollIntoView({ block: 'center' }))
  const words = read.getByText('Late: Carla Mendes')
  await words.evaluate((element) => element.scrollIntoView({ block: 'center' }))
  const pages = viewer.getByRole('group', { name: 'Pages' })
  const fromMiddle = async () => {
    const [box, room] = [await words.boundingBox(), await pages.boundingBox()]
    return Math.abs(box!.y + box!.height / 2 - room!.y - room!.height / 2)
  }
  await expect.poll(fromMiddle).toBeLessThan(KEPT_PX)
  const width = async () => (await read.boundingBox())!.width
  for (const key of ['+', '+', '+', '-', '-', '-', '-']) {
    const before = await width()
    await page.keyboard.press(key)
    await expect.poll(width).not.toBe(before)
    await expect.poll(fromMiddle).toBeLessThan(KEPT_PX)
  }
}

/** Something darker than paper is on it. */
async function isDrawn(element: SVGElement | HTMLElement): Promise<boolean> {
  const canvas = element as HTMLCanvasElement
  const isDark = () => {
    const { width, height } = canvas
    // A copy: who reads a canvas often makes the browser complain.
    const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
    copy.drawImage(canvas, 0, 0)
    const { data } = copy.getImageData(0, 0, width, height)
    for (let at = 0; at < data.length; at += 4) if (data[at + 3]! > 200 && data[at]! < 100) return true
    return false
  }
  for (let left = 100; left > 0 && !isDark(); left -= 1) await new Promise((done) => setTimeout(done, 50))
  return isDark()
}
