/** Somebody looks for what was said long ago, goes there, and reads on. */
import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { show } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS } from '../harness/person.ts'

/** More than a screen shows, on either side of what is looked for. */
const LENGTH = 80
const MIDDLE = 15

test('a message is found by its words, opened where it was said, and found no more once it is deleted', async () => {
  const { admin, welcome } = await startOrganisation()
  const ward = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  await ben.joinChannel('Ward 3')
  for (let number = 1; number <= LENGTH; number += 1) {
    await admin.say(
      ward,
      number === MIDDLE ? 'Žofie has the keys: 東京都の鍵 https://example.org' : `Report ${number}`,
    )
  }
  const rota = { name: 'rota.txt', mediaType: 'text/plain', bytes: Buffer.from('Ben, Carla, Ben') }
  await admin.do('message.send', { channelId: ward, text: 'The rota for the nights', files: [rota] })
  const { seq: root } = await admin.hears(ward, `Report ${LENGTH}`)
  const answers = { as: 'thread', seq: root! } as const
  await admin.do('message.send', { channelId: ward, text: 'That rota was the last', files: [], answers })
  await ben.message(`Report ${LENGTH}`).waitFor({ timeout: 2 * ARRIVAL_MS })
  const { page } = ben

  await page.keyboard.press('Control+Shift+F')
  const panel = page.getByRole('search', { name: 'Search messages' })
  const field = panel.getByRole('searchbox')
  await field.fill('zofie has:link in:"Wa')
  await panel.getByRole('button', { name: 'Ward 3', exact: true }).click()
  const result = panel.getByRole('link', { name: /Žofie/ })
  await result.waitFor({ timeout: ARRIVAL_MS })
  await expect.poll(() => result.locator('mark').allInnerTexts()).toEqual(['Žofie'])

  await field.press('ArrowDown')
  await page.keyboard.press('Enter')
  const found = ben.message('Žofie has the keys')
  await found.waitFor({ timeout: ARRIVAL_MS })
  await expect.poll(() => isInView(found)).toBe(true)
  await ben.message(`Report ${MIDDLE + 1}`).waitFor()
  // Even where the jump is still under way.
  await page.getByRole('log', { name: 'Messages' }).press('End')
  await ben.message(`Report ${LENGTH}`).waitFor()
  await page.getByRole('button', { name: 'Go to newest' }).waitFor({ state: 'detached' })

  await field.fill('from:ana has:file on:today')
  await panel.getByRole('link', { name: /The rota for the nights.*rota\.txt/ }).waitFor()
  await expect.poll(() => panel.locator('.search-result').count()).toBe(1)
  await show(page, 'search-filters')
  await field.fill('rota in:thread')
  const answer = panel.getByRole('link', { name: /That rota was the last/ })
  await answer.waitFor()
  await expect.poll(() => panel.locator('.search-result').count()).toBe(1)
  await answer.click()
  const thread = page.getByRole('complementary', { name: 'Thread' })
  await thread.getByText('That rota was the last').waitFor()
  await page.keyboard.press('Control+Shift+F')

  await field.fill('東京')
  await panel.getByRole('link', { name: /鍵/ }).waitFor()
  const seq = (await admin.hears(ward, 'Žofie has the keys: 東京都の鍵 https://example.org')).seq!
  await admin.do('message.redact', { channelId: ward, seq })
  await panel.getByRole('heading', { name: 'Nothing found' }).waitFor({ timeout: ARRIVAL_MS })
  await page.keyboard.press('Escape')
  await ben.conversations().waitFor()
})

async function isInView(locator: Locator): Promise<boolean> {
  const box = await locator.boundingBox()
  return box !== null && box.y > 0 && box.y + box.height < 900
}
