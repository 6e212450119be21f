/** What a message can hold besides words, as it ships: under the policy that lets a page run nothing but its own files. */
import { expect, test } from 'vitest'
import { look, LOOKING_MS, show } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'

const CODE = '```ts\n// doses in milligrams\nconst dose = (kg: number) => kg * 15\n```'
const TABLE = '| Weight | At most |\n|---|--:|\n| 20 kg | 300 mg |'
const MESSAGE = `${CODE}\n\nBy $d = 15 \\cdot m$, at most\n\n$$\nd_{max} = \\frac{1000}{1 + e^{-t}}\n$$\n\nIt was ||the **butler**||.\n\n${TABLE}`

test('code comes in colours, mathematics as formulas, a table as one, and a spoiler stays covered until somebody opens it', async () => {
  const { admin, welcome } = await startOrganisation()
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  const { page } = ben
  await ben.joinChannel('Ward 3')
  await admin.say(channelId, MESSAGE)
  const message = ben.message('It was').first()
  await message.locator('.code-keyword', { hasText: 'const' }).waitFor()
  expect(await message.locator('pre').textContent()).toBe(
    '// doses in milligrams\nconst dose = (kg: number) => kg * 15',
  )
  await message.locator('.formula-display math').waitFor({ state: 'attached' })
  expect(await message.locator('.formula').count()).toBe(2)
  expect(await page.evaluate(() => document.fonts.check('16px KaTeX_Math'))).toBe(true)
  const table = message.getByRole('table')
  expect(await table.getByRole('columnheader').allInnerTexts()).toEqual(['Weight', 'At most'])
  expect(await table.getByRole('cell').allInnerTexts()).toEqual(['20 kg', '300 mg'])

  const spoiler = message.getByRole('button', { name: 'Spoiler. Press to show it' })
  await spoiler.focus()
  await page.keyboard.press('Enter')
  await message.getByRole('group', { name: 'Spoiler' }).getByText('butler').waitFor()
})

const PASTED =
  '<p>See <a href="https://example.org/rota">the <b>rota</b></a></p><ul><li>early</li><li>late</li></ul>'

test('what is being written: marks by keys, a preview, commands that are completed and explained, words pasted with their form', async () => {
  const { admin, welcome } = await startOrganisation()
  await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  const { page } = ben
  await ben.joinChannel('Ward 3')
  const field = ben.composer()

  await field.fill('Please come')
  await field.selectText()
  await page.keyboard.press('Control+b')
  expect(await field.inputValue()).toBe('**Please come**')
  await page.keyboard.press('Control+z')
  expect(await field.inputValue()).toBe('Please come')
  await field.selectText()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('https://example.org/')
  await page.keyboard.press('Control+Shift+P')
  const preview = page.getByRole('region', { name: 'Preview' })
  await preview.getByRole('link', { name: 'Please come' }).waitFor()
  await show(page, 'preview')
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Hide the preview' }).click()
  await preview.waitFor({ state: 'detached' })

  await field.fill('')
  await page.keyboard.type('/se')
  await page.getByRole('listbox', { name: 'Commands' }).getByRole('option', { name: '/search' }).waitFor()
  await field.fill('/')
  await page.getByRole('option', { name: '/leave' }).waitFor()
  await show(page, 'commands')
  await field.fill('/spoi')
  await page.keyboard.press('Enter')
  await page.keyboard.type('the butler')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Spoiler. Press to show it' }).waitFor()
  await field.fill('/etc/hosts is wrong')
  await page.keyboard.press('Enter')
  await page.getByText('There is no command “/etc/hosts”').waitFor()
  expect(await field.inputValue()).toBe('/etc/hosts is wrong')
  await field.fill('//etc/hosts is wrong')
  await page.keyboard.press('Enter')
  await ben.reads('/etc/hosts is wrong')

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate(async (html) => {
    const of = (words: string, type: string) => new Blob([words], { type })
    await navigator.clipboard.write([
      new ClipboardItem({
        'text/html': of(html, 'text/html'),
        'text/plain': of('See the rota', 'text/plain'),
      }),
    ])
  }, PASTED)
  await field.focus()
  await page.keyboard.press('Control+v')
  expect(await field.inputValue()).toBe('See [the **rota**](https://example.org/rota)\n\n- early\n- late')
})

test(
  'POLL-2, POLL-3: somebody asks, others vote by keys, and see who did',
  { timeout: LOOKING_MS },
  async () => {
    const { admin, welcome } = await startOrganisation()
    const channelId = await admin.createChannel('Ward 3')
    const ben = await welcome('Ben Okafor')
    const { page } = ben
    await ben.joinChannel('Ward 3')
    await ben.composer().fill('/poll Which day?')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'New poll' })
    expect(await dialog.getByLabel('What do you ask?').inputValue()).toBe('Which day?')
    await dialog.getByRole('textbox', { name: 'Option 1' }).fill('Monday, before the round')
    await dialog.getByRole('textbox', { name: 'Option 2' }).fill('Friday')
    await dialog.getByRole('button', { name: 'Add an option' }).click()
    await dialog.getByRole('textbox', { name: 'Option 3' }).fill('Not at all')
    await dialog.getByRole('button', { name: 'Ask' }).click()

    const poll = page.getByRole('region', { name: 'Which day?' })
    await poll.getByRole('button', { name: 'End the poll' }).waitFor()
    await poll.getByRole('button', { name: /^Friday: 0 votes/ }).focus()
    await page.keyboard.press('Enter')
    await poll.getByRole('button', { name: /^Friday: 1 vote, 100/, pressed: true }).waitFor()
    const { items } = await admin.until('timeline', { channelId, limit: 50 }, (view) =>
      view.items.some((item) => item.kind === 'message' && item.poll?.voters === 1),
    )
    const { seq } = items.find((item) => item.kind === 'message' && item.poll !== undefined)!
    await admin.do('poll.vote', { channelId, seq: seq!, choices: [0] })
    await poll.getByRole('button', { name: /^Monday, before the round: 1 vote, 50/ }).waitFor()
    await poll.getByRole('button', { name: 'Show names' }).click()
    await poll.getByText('Ana Sousa').waitFor()
    await poll.getByRole('button', { name: 'End the poll' }).click()
    const asked = page.getByRole('alertdialog', { name: 'End this poll?' })
    await asked.getByRole('button', { name: 'End the poll' }).click()
    await poll.getByText('Ended. 2 people voted').waitFor()
    await admin.say(channelId, MESSAGE)
    await ben.message('It was').first().locator('.formula-display math').waitFor({ state: 'attached' })
    await ben.message('It was').first().locator('.code-keyword').first().waitFor()
    expect(await look(page, 'rich-messages')).toEqual([])
  },
)
