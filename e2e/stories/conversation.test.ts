/** Two people in two browsers, with everything that a conversation carries between them. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { listen } from '../harness/listening.ts'
import { startOrganisation } from '../harness/organisation.ts'
import type { BrowserPerson } from '../harness/person.ts'

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)
const EACH = 5

async function startTalking(): Promise<[BrowserPerson, BrowserPerson]> {
  const { welcome, admin } = await startOrganisation()
  await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  const carla = await welcome('Carla Mendes')
  for (const person of [ben, carla]) await person.joinChannel('Ward 3')
  return [ben, carla]
}

/** The texts that stand on the screen and begin so, from top to bottom. */
async function order(person: BrowserPerson, beginning: RegExp): Promise<string[]> {
  const all = await person.page.getByRole('log', { name: 'Messages' }).getByRole('article').allInnerTexts()
  return all.flatMap((text) => text.split('\n').filter((line) => beginning.test(line)))
}

/** What either does to a message or a poll, the other sees on their own screen. */
async function answerEachOther(ben: BrowserPerson, carla: BrowserPerson): Promise<void> {
  await ben.say('The round is at nine')
  await carla.reads('The round is at nine')
  await carla.message('The round is at nine').focus()
  await carla.page.keyboard.press('Enter')
  await carla.page.getByRole('menuitem', { name: 'React with thumbs up' }).click()
  await ben
    .message('The round is at nine')
    .getByRole('button', { name: /^👍 1: Carla Mendes/ })
    .click()
  await carla
    .message('The round is at nine')
    .getByRole('button', { name: /^👍 2: / })
    .waitFor()

  await ben.composer().press('ArrowUp')
  const field = ben.page.getByRole('textbox', { name: 'Edit the message' })
  await field.fill('The round is at ten')
  await field.press('Enter')
  await carla.message('The round is at ten').getByRole('button', { name: 'edited' }).click()
  const earlier = carla.page.getByRole('dialog', { name: 'Earlier texts' })
  await earlier.getByText('The round is at nine').waitFor()
  await carla.page.keyboard.press('Escape')

  await ben.composer().fill('/poll Which day?')
  await ben.page.keyboard.press('Enter')
  const asked = ben.page.getByRole('dialog', { name: 'New poll' })
  await asked.getByRole('textbox', { name: 'Option 1' }).fill('Monday')
  await asked.getByRole('textbox', { name: 'Option 2' }).fill('Friday')
  await asked.getByRole('button', { name: 'Ask' }).click()
  const poll = (person: BrowserPerson) => person.page.getByRole('region', { name: 'Which day?' })
  await poll(carla)
    .getByRole('button', { name: /^Friday: 0 votes/ })
    .click()
  await poll(ben)
    .getByRole('button', { name: /^Friday: 1 vote, 100/ })
    .waitFor()
  await poll(ben).getByRole('button', { name: 'End the poll' }).click()
  await ben.page
    .getByRole('alertdialog', { name: 'End this poll?' })
    .getByRole('button', { name: 'End the poll' })
    .click()
  await poll(carla).getByText('Ended. 1 person voted').waitFor()
}

test('LOG-1: what two say at the same time stands in one order on both screens, is heard once, and each sees live what the other does', async () => {
  const [ben, carla] = await startTalking()
  await ben.page.getByRole('button', { name: 'Members' }).click()
  const members = ben.page.getByRole('list', { name: 'Members' })
  await members.getByRole('button', { name: /Carla Mendes.*1 device.*online/ }).waitFor()

  await carla.composer().pressSequentially('Hel')
  await ben.page.getByText('Carla Mendes is typing').waitFor()
  await carla.composer().fill('')

  const talk = async (person: BrowserPerson, word: string) => {
    for (let count = 1; count <= EACH; count++) await person.say(`${word} says ${count}`)
  }
  const heard = await listen(carla.page)
  await Promise.all([talk(ben, 'Ben'), talk(carla, 'Carla')])
  for (let count = 1; count <= EACH; count++) {
    await ben.reads(`Carla says ${count}`)
    await carla.reads(`Ben says ${count}`)
    await ben.reads(`Ben says ${count}`)
    await carla.reads(`Carla says ${count}`)
  }
  const seen = await order(ben, / says \d$/)
  expect(seen).toHaveLength(2 * EACH)
  expect(await order(carla, / says \d$/)).toEqual(seen)
  const own = ['Ben says 1', 'Ben says 2', 'Ben says 3', 'Ben says 4', 'Ben says 5']
  expect(seen.filter((text) => text.startsWith('Ben'))).toEqual(own)
  await expect.poll(heard).toEqual(own.map((words) => `Ben Okafor: ${words}`))
  await answerEachOther(ben, carla)

  await carla.profile.context.close()
  await members.getByRole('button', { name: /Carla Mendes.*offline/ }).waitFor({ timeout: 60_000 })
})

test('FIL-1: code, links, long texts, an image and a file reach the other one as they were sent', async () => {
  const [ben, carla] = await startTalking()
  await ben.composer().fill('Look at https://example.org/rota 🙂\n```\nconst beds = 12\n```\n- one\n- two')
  await ben.composer().press('Enter')
  const formed = carla.message('Look at')
  await formed.locator('pre code', { hasText: 'const beds = 12' }).waitFor()
  const link = formed.getByRole('link', { name: 'https://example.org/rota' })
  expect(await link.getAttribute('href')).toBe('https://example.org/rota')
  expect(await link.getAttribute('rel')).toContain('noopener')
  expect(await formed.getByRole('listitem').allInnerTexts()).toEqual(['one', 'two'])
  await ben.composer().fill('Sign in at [https://bank.example](https://evil.example/bank)')
  await ben.composer().press('Enter')
  const deceptive = carla.message('Sign in at')
  await deceptive.getByText('https://bank.example (evil.example)').waitFor()
  const bank = deceptive.getByRole('link', { name: 'https://bank.example', exact: true })
  expect(await bank.getAttribute('title')).toBe('https://evil.example/bank')

  const long = Array.from({ length: 60 }, (_, line) => `Line ${line + 1} of the handover`).join('\n')
  await ben.composer().fill(long)
  await ben.composer().press('Enter')
  const folded = carla.message('Line 1 of the handover')
  const unfold = folded.getByRole('button', { name: 'Show all' })
  await unfold.waitFor()
  const low = (await folded.boundingBox())!.height
  await unfold.click()
  await folded.getByRole('button', { name: 'Show less' }).waitFor()
  expect((await folded.boundingBox())!.height).toBeGreaterThan(low * 1.5)

  await ben.page.locator('input[type=file]').setInputFiles([
    { name: 'pixel.png', mimeType: 'image/png', buffer: PIXEL },
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('For the night shift') },
  ])
  await ben.page.getByRole('list', { name: 'Attached files' }).getByText('notes.txt').waitFor()
  await ben.composer().fill('Two files')
  await ben.composer().press('Enter')
  await carla.reads('Two files')
  const image = carla.page.getByRole('img', { name: 'Image pixel.png' })
  await image.waitFor()
  expect(await image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(1)
  const [file] = await Promise.all([
    carla.page.waitForEvent('download'),
    carla.page.getByRole('button', { name: 'Download notes.txt' }).click(),
  ])
  expect(file.suggestedFilename()).toBe('notes.txt')
  expect(readFileSync(await file.path(), 'utf8')).toBe('For the night shift')
})
