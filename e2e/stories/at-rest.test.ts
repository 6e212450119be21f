/**
 * docs/threat-model.md, "The device itself": what a browser leaves on disk. Everything that somebody reads and types is marked,
 * the browser is closed, and its profile's files are searched. What the story itself puts into each of the browser's stores must
 * be found, or the search would prove nothing.
 */
import { Marks, MarkSearch } from '@reforms/testkit'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, type BrowserPerson } from '../harness/person.ts'

const LARGE_FILE_BYTES = 3_000_000

/** A value in each store that a page has, as careless code would put it there. */
async function leaveInEveryStore(page: Page, make: (name: string) => string): Promise<string[]> {
  const names = ['local storage', 'IndexedDB', 'Cache Storage', 'private files', 'History']
  const [local, indexed, cached, filed, titled] = names.map((name) => make(`left in ${name}`))
  await page.evaluate(
    async ([local, indexed, cached, filed, titled]) => {
      localStorage.setItem('left', local!)
      const cache = await caches.open('left')
      await cache.put('/left', new Response(cached))
      const folder = await navigator.storage.getDirectory()
      const writable = await (await folder.getFileHandle('left', { create: true })).createWritable()
      await writable.write(filed!)
      await writable.close()
      await new Promise<void>((resolve, reject) => {
        const request = indexedDB.open('left', 1)
        request.onupgradeneeded = () => request.result.createObjectStore('left').add(indexed, 'left')
        request.onsuccess = () => resolve(request.result.close())
        request.onerror = () => reject(request.error ?? new Error('IndexedDB does not open'))
      })
      document.title = titled!
    },
    [local, indexed, cached, filed, titled],
  )
  return names.map((name) => `left in ${name}`)
}

/** A text file and a large one, chosen as somebody chooses them. */
async function sendFiles(ben: BrowserPerson, marks: Marks): Promise<void> {
  const words = marks.make('secret', 'a file’s words')
  const files = [words, `${words} `.repeat(LARGE_FILE_BYTES / words.length)]
  await ben.page.locator('input[type=file]').setInputFiles(
    files.map((content) => ({
      name: `${marks.make('secret', 'a file’s name')}.txt`,
      mimeType: 'text/plain',
      buffer: Buffer.from(content),
    })),
  )
  const text = marks.make('secret', 'a message with files')
  await ben.say(text)
  await ben.reads(text)
}

function markPhrase(marks: Marks, phrase: string): void {
  const words = phrase.split(' ')
  for (const at of words.slice(2).keys())
    marks.addText('secret', 'words of a phrase', words.slice(at, at + 3).join(' '))
}

test('what a browser leaves on disk has no message, no file, no phrase and no name of a private channel', async () => {
  const marks = new Marks()
  const { admin, hire, welcome } = await startOrganisation()
  // The browser's own: what is typed into a sign-in form's name it offers again.
  const benName = marks.make('known', 'one’s own name')
  const carlaName = marks.make('secret', 'somebody’s name')
  const carla = await hire(carlaName)
  const ben = await welcome(benName)
  markPhrase(marks, ben.phrase)
  const channelName = marks.make('secret', 'a private channel’s name')
  const { userId } = (
    await admin.until('people', {}, (people) => people.some(({ displayName }) => displayName === benName))
  ).find(({ displayName }) => displayName === benName)!
  const channelId = await admin.createChannel(channelName, 'private', [userId, await carla.me()])
  await ben.openConversation(channelName)
  const heard = marks.make('secret', 'a message that was read')
  await carla.isIn(channelId)
  await carla.say(channelId, heard)
  await ben.reads(heard)
  await sendFiles(ben, marks)
  await ben.page.reload()
  await ben.reads(heard)
  await ben.composer().fill(marks.make('secret', 'a draft'))
  await ben.page.evaluate(async () => void (await navigator.serviceWorker.ready))
  await ben.go('#/people')
  await ben.page.goBack()
  await ben.composer().waitFor({ timeout: ARRIVAL_MS })
  await ben.createChannel(marks.make('secret', 'the name of a private channel of one’s own'), 'Private')
  const left = await leaveInEveryStore(ben.page, (name) => marks.make('known', name))
  await ben.profile.context.close()

  const findings = new MarkSearch(marks.all).inFolder(ben.profile.folder)
  const seen = (kind: string) =>
    findings
      .filter(({ mark }) => mark.kind === kind)
      .map(({ mark, form, place }) => `${mark.name}: ${form}, in ${place}`)
  expect(seen('secret')).toEqual([])
  for (const name of left) expect(findings.map(({ mark }) => mark.name)).toContain(name)
})
