/** Somebody reads while the others go on: what comes in moves nothing that is being read. With motion, as most people have it. */
import type { ChannelId, Seq } from '@reforms/protocol'
import type { TestPerson } from '@reforms/testkit'
import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, type BrowserPerson } from '../harness/person.ts'
import { picture, PICTURE } from '../harness/picture.ts'
import { stirred } from '../harness/stirring.ts'

/** More than a screen shows before and after the middle. */
const LENGTH = 40
/** More than its pane shows. */
const ANSWERS = 20
const POLL = 'Which day?'
const STEP_PX = 200
/** A picture takes three seconds: there is time to see whether its place is kept for it. */
const SLOW_BYTES_PER_SECOND = 240_000

const report = (number: number) =>
  `Report ${number}. ${'All beds are made. '.repeat(1 + (number % 7))}`.trim()

/** Reports, with a poll after the middle one, and many answers in the thread of the last. */
async function talk(admin: TestPerson, channelId: ChannelId): Promise<void> {
  const numbers = Array.from({ length: LENGTH }, (_, index) => index + 1)
  await Promise.all(numbers.slice(0, LENGTH / 2).map((number) => admin.say(channelId, report(number))))
  const options = ['Monday', 'Friday']
  await admin.do('poll.create', { channelId, question: POLL, options, several: false })
  await Promise.all(numbers.slice(LENGTH / 2).map((number) => admin.say(channelId, report(number))))
  const { seq } = await admin.hears(channelId, report(LENGTH))
  const answers = { as: 'thread', seq: seq! } as const
  await Promise.all(
    numbers
      .slice(0, ANSWERS)
      .map((number) =>
        admin.do('message.send', { channelId, text: `Answer ${number}. ${report(6)}`, files: [], answers }),
      ),
  )
}

/** What stands in sight as a whole, from the top down. */
function inSight(log: Locator): Promise<string[]> {
  return log.evaluate((list) => {
    const sight = list.getBoundingClientRect()
    return [...list.querySelectorAll('article')].flatMap((article) => {
      const { top, bottom } = article.getBoundingClientRect()
      const words = /(Report|Answer) \d+\.|Which day\?/.exec(article.textContent)?.[0]
      return words !== undefined && top > sight.top && bottom < sight.bottom ? [words] : []
    })
  })
}

/** Scrolls back until these words stand below some others in sight; tells what is, once it stands still. */
async function readBackTo(log: Locator, words: string): Promise<string[]> {
  await log.hover()
  for (let step = 0; step < 40; step++) {
    const seen = await inSight(log)
    if (seen.indexOf(words) > 1) return seen
    await log.page().mouse.wheel(0, -STEP_PX)
    await scrolled(log)
  }
  throw new Error(`“${words}” did not come into sight`)
}

const isAtEnd = (log: Locator) =>
  log.evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight <= 1)

/** A wheel goes on for a moment. */
async function scrolled(log: Locator): Promise<void> {
  let before: number | undefined
  const isStill = async () => {
    const now = await log.evaluate((list) => list.scrollTop)
    const still = now === before
    before = now
    return still
  }
  do await log.page().waitForTimeout(100)
  while (!(await isStill()))
}

/** What the others do, until it is on the screen of `ben`, in sight or not. */
function doings(ben: BrowserPerson, channelId: ChannelId, carla: TestPerson) {
  const seqOf = async (words: string): Promise<Seq> => {
    const of = (items: readonly { kind: string; text?: string; seq?: Seq }[]) =>
      items.find((item) => item.kind === 'message' && item.text?.startsWith(words))
    const { items } = await carla.until('timeline', { channelId, limit: 100 }, (view) => !!of(view.items))
    return of(items)!.seq!
  }
  const isHere = (locator: Locator) => locator.waitFor({ state: 'attached', timeout: ARRIVAL_MS })
  return {
    react: (words: string, emoji: string) => async () => {
      await carla.do('message.react', { channelId, seq: await seqOf(words), emoji, on: true })
      await isHere(ben.message(words).getByRole('button', { name: new RegExp(`^${emoji} 1`) }))
    },
    vote: (person: TestPerson, votes: string) => async () => {
      await person.do('poll.vote', { channelId, seq: await seqOf(POLL), choices: [0] })
      await isHere(ben.message(POLL).getByRole('button', { name: `Monday: ${votes}` }))
    },
    answer: (words: string, count: string) => async () => {
      const answers = { as: 'thread', seq: await seqOf(words) } as const
      await carla.do('message.send', { channelId, text: 'So it is', files: [], answers })
      await isHere(ben.message(words).getByText(count))
    },
  }
}

test('messages, pictures, reactions, votes and answers come in without moving what is read', async () => {
  const { admin, hire, welcome, wire } = await startOrganisation()
  const ward = await admin.createChannel('Ward 3')
  const carla = await hire('Carla Mendes')
  await carla.join(ward)
  const ben = await welcome('Ben Okafor')
  const { page } = ben
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  await ben.joinChannel('Ward 3')
  await talk(admin, ward)
  await ben.message(report(LENGTH)).getByText(`${ANSWERS} answers`).waitFor({ timeout: ARRIVAL_MS })
  const messages = page.getByRole('log', { name: 'Messages' })
  const seen = await readBackTo(messages, POLL)
  const number = (words: string) => Number(/\d+/.exec(words)?.[0])
  const [above, below] = [`Report ${number(seen[0]!) - 3}.`, `Report ${number(seen.at(-1)!) + 3}.`]
  const { react, vote, answer } = doings(ben, ward, carla)
  const quietly = async (comesIn: () => Promise<unknown>, log = messages) =>
    expect(await stirred(log, comesIn)).toEqual([])

  await quietly(async () => {
    await carla.say(ward, 'The lift is out')
    await page.getByRole('button', { name: '1 new message' }).waitFor()
  })
  await quietly(vote(admin, '1 vote'))
  await quietly(vote(carla, '2 votes'))
  await quietly(react(above, '👍'))
  await quietly(react(below, '👍'))
  await quietly(answer(above, '1 answer'))
  // The first of them on what is in sight itself needs a line: the middle of what is in sight stays, and the nearer side makes room, once.
  const [high, low] = [seen[1]!, seen.at(-2)!]
  for (const [one, others] of [
    [high, seen.slice(2)],
    [low, seen.slice(0, -2)],
  ] as const) {
    for (const first of [react(one, '👍'), answer(one, '1 answer')]) {
      const moved = await stirred(messages, first)
      expect(moved).toContain(one)
      expect(moved.filter((words) => others.includes(words))).toEqual([])
    }
    await quietly(react(one, '🎉'))
    await quietly(answer(one, '2 answers'))
  }

  wire.pace(SLOW_BYTES_PER_SECOND)
  const dawn = { name: 'dawn.png', mediaType: 'image/png', bytes: picture(40), ...PICTURE }
  await quietly(async () => {
    await carla.do('message.send', { channelId: ward, text: 'From the window', files: [dawn] })
    await page.getByRole('button', { name: '2 new messages' }).waitFor({ timeout: ARRIVAL_MS })
  })
  await page.getByRole('button', { name: '2 new messages' }).click()
  const shown = page.getByRole('button', { name: 'Open image dawn.png' })
  await shown.waitFor()
  expect(await shown.locator('img').count()).toBe(0)
  await quietly(() => shown.locator('img').waitFor({ timeout: ARRIVAL_MS }))
  wire.pace(undefined)
  // Who is at the end has it before them: what is above makes room.
  const moved = await stirred(messages, react('The lift is out', '👍'))
  expect(moved.filter((words) => words.startsWith('From the w'))).toEqual([])

  await ben.message(report(LENGTH)).getByText(`${ANSWERS} answers`).click()
  const thread = page.getByRole('complementary', { name: 'Thread' }).getByRole('log')
  const last = thread.getByRole('article').filter({ hasText: `Answer ${ANSWERS}.` })
  await last.waitFor()
  const { items } = await carla.until(
    'thread',
    { channelId: ward, root: (await admin.hears(ward, report(LENGTH))).seq! },
    (view) => view.items.length > ANSWERS,
  )
  const reactInThread = (words: string, emoji: string) => async () => {
    const answered = items.find((item) => item.kind === 'message' && item.text.startsWith(words))
    await carla.do('message.react', { channelId: ward, seq: answered!.seq!, emoji, on: true })
    const reacted = thread.getByRole('article').filter({ hasText: words })
    await reacted.getByRole('button', { name: new RegExp(`^${emoji} 1`) }).waitFor()
  }
  await reactInThread(`Answer ${ANSWERS}.`, '👍')()
  expect(await isAtEnd(thread)).toBe(true)
  const answers = await readBackTo(thread, `Answer ${ANSWERS / 2}.`)
  await quietly(answer(report(LENGTH).slice(0, 10), `${ANSWERS + 1} answers`), thread)
  await thread.getByText('So it is').waitFor()
  await quietly(reactInThread(`Answer ${number(answers[0]!) - 3}.`, '👍'), thread)
  await quietly(reactInThread(`Answer ${number(answers.at(-1)!) + 2}.`, '👍'), thread)
  for (const [one, others] of [
    [answers[1]!, answers.slice(2)],
    [answers.at(-2)!, answers.slice(0, -2)],
  ] as const) {
    const made = await stirred(thread, reactInThread(one, '👍'))
    expect(made).toContain(one)
    expect(made.filter((words) => others.includes(words))).toEqual([])
    await quietly(reactInThread(one, '🎉'), thread)
  }
  // Who answers has it before them, wherever they were.
  await page.getByRole('textbox', { name: 'Answer in the thread' }).fill('I see')
  await page.keyboard.press('Enter')
  await thread.getByText('I see').waitFor()
  await expect.poll(() => isAtEnd(thread)).toBe(true)
})
