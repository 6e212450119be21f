/** Taking one's history out of the messenger: one ZIP, with pages that open from a disk, JSON, and the files as they were. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { unzipSync } from 'fflate'
import { expect, test } from 'vitest'
import { show } from '../harness/look.ts'
import { startOrganisation, type Organisation } from '../harness/organisation.ts'
import type { BrowserPerson } from '../harness/person.ts'

/** More than one range, so that it is stored in pieces. */
const FILE_BYTES = 3_000_000
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

interface Item {
  kind: string
  seq: number
  text?: string
  author?: { name: string }
  files?: { name: string; path: string | null }[]
  versions?: { text: string }[]
  reactions?: { emoji: string; people: { name: string }[] }[]
  thread?: Item[]
}

async function talk({ admin, hire }: Organisation) {
  const carla = await hire('Carla Mendes')
  const ward = await admin.createChannel('Ward 3')
  await carla.join(ward)
  const tape = Uint8Array.from({ length: FILE_BYTES }, (_, index) => (index * 31 + (index >> 11)) % 251)
  await admin.do('message.send', {
    channelId: ward,
    text: 'The **tape** and the plan',
    files: [
      { name: 'tape.bin', mediaType: 'application/octet-stream', bytes: tape },
      { name: 'plan.png', mediaType: 'image/png', bytes: PICTURE, width: 1, height: 1 },
    ],
  })
  await carla.hears(ward, 'The **tape** and the plan')
  await carla.say(ward, 'Who takes Tuesday?')
  const { seq } = await admin.hears(ward, 'Who takes Tuesday?')
  await admin.do('message.react', { channelId: ward, seq: seq!, emoji: '👍', on: true })
  await admin.do('message.send', {
    channelId: ward,
    text: 'I do',
    files: [],
    answers: { as: 'thread', seq: seq! },
  })
  await admin.say(ward, 'A secret')
  const secret = await carla.hears(ward, 'A secret')
  await carla.do('message.send', {
    channelId: ward,
    text: 'Better not here',
    files: [],
    answers: { as: 'thread', seq: secret.seq! },
  })
  await admin.do('message.redact', { channelId: ward, seq: secret.seq! })
  await carla.do('message.edit', { channelId: ward, seq: seq!, text: 'Who takes Wednesday?' })
  await admin.hears(ward, 'Who takes Wednesday?')
  return tape
}

/** Presses the buttons, and unpacks what was saved into a folder. */
async function exported(ben: BrowserPerson): Promise<{ folder: string; files: Record<string, Uint8Array> }> {
  const { page } = ben
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  await page.getByRole('button', { name: 'You: Ben Okafor' }).click()
  await page.getByRole('menuitem', { name: 'Export my history' }).click()
  await page.getByRole('dialog', { name: 'Export history' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Details', exact: true }).click()
  await page.getByRole('button', { name: 'Export history' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('The ZIP file is not encrypted').waitFor()
  await show(page, 'export')
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Export without encryption' }).click(),
  ])
  expect(saved.suggestedFilename()).toMatch(/^history-\d{4}-\d\d-\d\d\.zip$/)
  const files = unzipSync(new Uint8Array(readFileSync(await saved.path())))
  await page.getByText('The history is exported').waitFor()
  const folder = join(ben.profile.folder, 'exported')
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }
  return { folder, files }
}

test('what somebody exports is what they could read, with files, and opens without a connection or a script', async () => {
  const organisation = await startOrganisation()
  const tape = await talk(organisation)
  const ben = await organisation.welcome('Ben Okafor')
  await ben.joinChannel('Ward 3')
  await ben.reads('Who takes Wednesday?')
  const { folder, files } = await exported(ben)

  const { items } = JSON.parse(Buffer.from(files['1 Ward 3/messages.json']!).toString()) as { items: Item[] }
  const [first, asked] = items.filter(({ kind }) => kind === 'message')
  expect(first).toMatchObject({ text: 'The **tape** and the plan', author: { name: 'Ana Sousa' } })
  const [tapeFile, planFile] = first!.files!.map(({ path }) => files[`1 Ward 3/${path}`]!)
  expect(Buffer.from(tapeFile!).equals(tape)).toBe(true)
  expect(Buffer.from(planFile!).equals(PICTURE)).toBe(true)
  expect(asked).toMatchObject({
    text: 'Who takes Wednesday?',
    versions: [{ text: 'Who takes Tuesday?' }, { text: 'Who takes Wednesday?' }],
    reactions: [{ emoji: '👍', people: [{ name: 'Ana Sousa' }] }],
    thread: [{ text: 'I do' }],
  })
  expect(items.filter(({ kind }) => kind === 'deleted')).toMatchObject([
    { thread: [{ text: 'Better not here' }] },
  ])
  expect(JSON.stringify(items)).not.toContain('A secret')

  const page = await ben.profile.newTab()
  await ben.profile.context.setOffline(true)
  await page.goto(pathToFileURL(join(folder, 'index.html')).href)
  await page.getByRole('link', { name: 'Ward 3' }).click()
  await page
    .getByRole('article')
    .filter({ hasText: 'Who takes Wednesday?' })
    .getByText('👍 Ana Sousa')
    .waitFor()
  await page.getByText('This message was deleted.').waitFor()
  const picture = page.getByRole('img', { name: 'plan.png' })
  await picture.scrollIntoViewIfNeeded()
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1)
  const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)
  expect(fits).toBe(true)
})
