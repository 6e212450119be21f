/** Two people in two browsers, with everything that a conversation carries between them. */
import { readFileSync } from 'node:fs'
import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import type { ProfileOptions } from '../harness/browser.ts'
import { listen } from '../harness/listening.ts'
import { startOrganisation } from '../harness/organisation.ts'
import type { BrowserPerson } from '../harness/person.ts'

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)
const EACH = 5

async function startTalking(hers: ProfileOptions = {}): Promise<[BrowserPerson, BrowserPerson]> {
  const { welcome, admin } = await startOrganisation()
  await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  const carla = await welcome('Carla Mendes', hers)
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

test('FIL-1: code, links, long texts, an image and a file reach a phone as they were sent; it is used with a finger', async () => {
  const [ben, carla] = await startTalking({ phone: true })
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
  await useByTouch(ben, carla)
})

/** Longer than a press has to be to count as a long one. */
const PRESSED_MS = 700
const FINGER_PX = 44
const BETWEEN_LOOKS_MS = 150
const LOOKS_MAX = 40

/** Where something is once it moves no more: what a finger has scrolled goes on for a while. */
async function restingBox(target: Locator) {
  let box = (await target.boundingBox())!
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    await target.page().waitForTimeout(BETWEEN_LOOKS_MS)
    const before = box
    box = (await target.boundingBox())!
    if (box.y === before.y) break
  }
  return box
}

/** A finger on something, which moves down by so much before it lets go. */
async function press(target: Locator, movesPx = 0): Promise<void> {
  const page = target.page()
  await target.scrollIntoViewIfNeeded()
  const box = await restingBox(target)
  const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height / 2, FINGER_PX)]
  const touch = await page.context().newCDPSession(page)
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: { x: number; y: number }[]) =>
    touch.send('Input.dispatchTouchEvent', { type, touchPoints })
  await send('touchStart', [{ x, y }])
  if (movesPx > 0) await send('touchMove', [{ x, y: y + movesPx }])
  await page.waitForTimeout(PRESSED_MS)
  await send('touchEnd', [])
  await touch.detach()
}

/** The list, a conversation, the menu of a message and its thread, and back again step by step. */
async function useByTouch(ben: BrowserPerson, carla: BrowserPerson): Promise<void> {
  const { page } = carla
  await page.getByRole('button', { name: 'Back', exact: true }).tap()
  await carla
    .conversations()
    .getByRole('link', { name: /^Ward 3/ })
    .tap()
  await ben.say('Who has the keys?')
  await carla.reads('Who has the keys?')
  // What the keyboard would cover is read first.
  expect(await carla.composer().evaluate((field) => field === document.activeElement)).toBe(false)
  await carla.composer().tap()
  await page.keyboard.type('I do')
  await page.getByRole('button', { name: 'Send', exact: true }).tap()
  await ben.reads('I do')

  const message = carla.message('Who has the keys?')
  const menu = page.getByRole('menu')
  await press(message, FINGER_PX)
  expect(await menu.count()).toBe(0)
  await press(message)
  await menu.waitFor()
  for (const item of await menu.getByRole('menuitem').all())
    expect((await item.boundingBox())!.height, await item.innerText()).toBeGreaterThanOrEqual(FINGER_PX)
  await menu.getByRole('menuitem', { name: 'React with thumbs up' }).tap()
  await ben
    .message('Who has the keys?')
    .getByRole('button', { name: /^👍 1: Carla Mendes/ })
    .waitFor()
  await press(message)
  await menu.getByRole('menuitem', { name: 'Answer in thread' }).tap()
  const field = page.getByRole('textbox', { name: 'Answer in the thread' })
  await field.tap()
  await page.keyboard.type('They hang by the door')
  await page
    .getByRole('complementary', { name: 'Thread' })
    .getByRole('button', { name: 'Send', exact: true })
    .tap()
  await ben
    .message('Who has the keys?')
    .getByRole('button', { name: /1 answer/ })
    .waitFor()

  // As a swipe from the side does, too.
  await page.goBack()
  await field.waitFor({ state: 'detached' })
  await message.waitFor()
  await page.goBack()
  await carla.conversations().waitFor()
  await message.waitFor({ state: 'detached' })
}
