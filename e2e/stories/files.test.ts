/** A large file: the page is loaded anew while it goes up, it plays and seeks without being loaded whole, and is saved as it was. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CONNECTION_LOST } from '../harness/browser.ts'
import { startOrganisation } from '../harness/organisation.ts'

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
  const [saved] = await Promise.all([
    page.waitForEvent('download', { timeout: SENT_MS }),
    page.getByRole('button', { name: 'Download interview.wav' }).click(),
  ])
  expect(saved.suggestedFilename()).toBe('interview.wav')
  expect(hashOf(readFileSync(await saved.path()))).toBe(hashOf(wav))
})
