/** Somebody at a screen, for measurements: a Chromium with a fresh profile, and the way through an invitation link in it. */
import { CHROMIUM_FLAGS, chromiumPath, TESTING_PASSWORD, userNameOf } from '@reforms/testkit'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'

const STEP_MS = 120_000

export interface Screen {
  readonly context: BrowserContext
  readonly page: Page
  /** Its profile's, which its first process is told. */
  readonly folder: string
  close(): Promise<void>
}

/** What an Inspector talks to. */
export const INSPECTED = '--remote-debugging-port=0'

/** Not a private window: those have no private files. */
export async function openScreen(flags: readonly string[] = []): Promise<Screen> {
  const folder = mkdtempSync(join(tmpdir(), 'reforms-bench-'))
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath(),
    headless: true,
    args: [...CHROMIUM_FLAGS, ...flags],
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
  })
  context.setDefaultTimeout(STEP_MS)
  return {
    context,
    page: context.pages()[0] ?? (await context.newPage()),
    folder,
    close: async () => {
      await context.close()
      // Its last processes may write there still.
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

/** Makes an account by an invitation link, up to the messages. */
export async function joinBy(page: Page, link: string, name: string): Promise<void> {
  const press = (label: string | RegExp) => page.getByRole('button', { name: label }).click()
  await page.goto(link)
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('User name').fill(userNameOf(name))
  await page.getByLabel('Password', { exact: true }).fill(TESTING_PASSWORD)
  await press('Continue')
  const words = page.getByRole('list', { name: 'Recovery phrase words' }).getByRole('listitem')
  await words.first().waitFor()
  const phrase = await words.locator('span:last-child').allInnerTexts()
  await press('I have written them down')
  const fields = page.getByLabel(/^Word \d+$/)
  await fields.first().waitFor()
  for (const field of await fields.all()) {
    const label = await field.evaluate((input: HTMLInputElement) => input.labels?.[0]?.textContent ?? '')
    await field.fill(phrase[Number(label.replaceAll(/\D/g, '')) - 1] ?? '')
  }
  await press('Create account')
  await press(/^(Open messages|Look around first)$/)
}
