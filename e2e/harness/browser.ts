/**
 * Browser profiles for stories: each a Chromium with a folder of its own, since private windows lack OPFS. What the page's
 * console complains of is kept and must be nothing; a story that fails leaves screenshots in test-results/.
 */
import { CHROMIUM_FLAGS, chromiumPath } from '@reforms/testkit'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type ConsoleMessage, type Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'

const RESULTS = 'test-results'
const ACTION_TIMEOUT_MS = 20_000
export const DESKTOP = { width: 1440, height: 900 }
export const TABLET = { width: 820, height: 1180 }
export const PHONE = { width: 390, height: 844 }

export interface ProfileOptions {
  readonly viewport?: { readonly width: number; readonly height: number }
  /** A device that is held in the hand: touched, and of a phone's size where no other is asked for. */
  readonly phone?: true
  readonly colorScheme?: 'light' | 'dark'
  /** Of the browser, besides those of every story. */
  readonly flags?: readonly string[]
  /** Complaints that the story brings about itself, such as a server that is down. */
  readonly tolerated?: readonly RegExp[]
}

export interface Profile {
  readonly name: string
  /** What the browser keeps on disk, until `close`. */
  readonly folder: string
  readonly page: Page
  readonly context: BrowserContext
  /** What the console complained of, of all its pages. */
  readonly complaints: readonly string[]
  /** From now on such complaints are expected. */
  tolerate(...patterns: RegExp[]): void
  /** Another tab of the same profile. */
  newTab(): Promise<Page>
  close(): Promise<void>
}

/** While a server is down or a page is offline, the browser itself reports each failed request. */
export const CONNECTION_LOST = [
  /WebSocket connection to/,
  /ERR_CONNECTION_REFUSED/,
  /ERR_INTERNET_DISCONNECTED/,
  /Failed to load resource: net::/,
]

function fileNameOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 80)
}

function listen(page: Page, keep: (complaint: string) => void): void {
  page.setDefaultTimeout(ACTION_TIMEOUT_MS)
  page.on('console', (message: ConsoleMessage) => {
    if (message.type() === 'error' || message.type() === 'warning')
      keep(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => keep(`uncaught: ${error.message}`))
}

async function photograph({ name, context, complaints }: Profile, title: string): Promise<void> {
  mkdirSync(RESULTS, { recursive: true })
  for (const [index, page] of context.pages().entries()) {
    const file = join(RESULTS, `${fileNameOf(title)}-${name}${index > 0 ? `-${index}` : ''}`)
    await page.screenshot({ path: `${file}.png` }).catch(() => undefined)
    const text = await page
      .locator('body')
      .innerText({ timeout: 1000 })
      .catch(() => '')
    writeFileSync(`${file}.txt`, `${page.url()}\n${complaints.join('\n')}\n\n${text}\n`)
  }
}

/**
 * Opens a fresh profile. Within a test: when the test fails it is photographed; in the end it is closed, and the test
 * fails if the console complained.
 */
export async function openProfile(name: string, options: ProfileOptions = {}): Promise<Profile> {
  const folder = mkdtempSync(join(tmpdir(), 'reforms-profile-'))
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath(),
    headless: true,
    args: [...CHROMIUM_FLAGS, ...(options.flags ?? [])],
    viewport: options.viewport ?? (options.phone ? PHONE : DESKTOP),
    ...(options.phone ? { hasTouch: true, isMobile: true } : {}),
    colorScheme: options.colorScheme ?? 'light',
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  const tolerated = [...(options.tolerated ?? [])]
  const complaints: string[] = []
  const keep = (complaint: string) => {
    if (!tolerated.some((pattern) => pattern.test(complaint))) complaints.push(complaint)
  }
  for (const page of context.pages()) listen(page, keep)
  context.on('page', (page) => listen(page, keep))
  const profile: Profile = {
    name,
    folder,
    page: context.pages()[0] ?? (await context.newPage()),
    context,
    complaints,
    tolerate: (...patterns) => void tolerated.push(...patterns),
    newTab: () => context.newPage(),
    close: async () => {
      await context.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail' || complaints.length > 0) await photograph(profile, task.name)
    await profile.close()
    expect(complaints, `${name}'s console`).toEqual([])
  })
  return profile
}
