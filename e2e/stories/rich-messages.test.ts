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
