/** What a message can hold besides words, as it ships: under the policy that lets a page run nothing but its own files. */
import { expect, test } from 'vitest'
import { startOrganisation } from '../harness/organisation.ts'

const CODE = '```ts\n// doses in milligrams\nconst dose = (kg: number) => kg * 15\n```'
const MESSAGE = `${CODE}\n\nBy $d = 15 \\cdot m$, at most\n\n$$\nd_{max} = \\frac{1000}{1 + e^{-t}}\n$$\n\nIt was ||the **butler**||.`

test('code comes in colours, mathematics as formulas, and a spoiler stays covered until somebody opens it', async () => {
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

  const spoiler = message.getByRole('button', { name: 'Spoiler. Press to show it' })
  await spoiler.focus()
  await page.keyboard.press('Enter')
  await message.getByRole('group', { name: 'Spoiler' }).getByText('butler').waitFor()
})

const PASTED = '<p>See <a href="https://example.org/rota">the <b>rota</b></a></p><ul><li>early</li><li>late</li></ul>'

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
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Hide the preview' }).click()
  await preview.waitFor({ state: 'detached' })

  await field.fill('')
  await page.keyboard.type('/se')
  await page.getByRole('listbox', { name: 'Commands' }).getByRole('option', { name: '/search' }).waitFor()
  await field.fill('/')
  await page.getByRole('option', { name: '/leave' }).waitFor()
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
      new ClipboardItem({ 'text/html': of(html, 'text/html'), 'text/plain': of('See the rota', 'text/plain') }),
    ])
  }, PASTED)
  await field.focus()
  await page.keyboard.press('Control+v')
  expect(await field.inputValue()).toBe('See [the **rota**](https://example.org/rota)\n\n- early\n- late')
})
