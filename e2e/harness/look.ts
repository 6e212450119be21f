/**
 * What is wrong with a screen for somebody: what axe-core complains of, and what runs off the side. With SCREENSHOTS=1 the
 * screens that the documents show are written to docs/screenshots.
 */
import { AxeBuilder } from '@axe-core/playwright'
import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { DESKTOP, PHONE } from './browser.ts'

const SHOTS = 'docs/screenshots'
/** What the documents show. */
const SHOWN = [
  'sign-up',
  'conversations',
  'channel',
  'direct-message',
  'members',
  'thread',
  'rich-messages',
  'search',
  'administrator',
]
/** Both sizes and both schemes; for the documents, every one with every other. */
const LOOKS = [
  { size: 'desktop', viewport: DESKTOP, colorScheme: 'light' },
  { size: 'phone', viewport: PHONE, colorScheme: 'dark' },
  ...(process.env['SCREENSHOTS']
    ? ([
        { size: 'desktop', viewport: DESKTOP, colorScheme: 'dark' },
        { size: 'phone', viewport: PHONE, colorScheme: 'light' },
      ] as const)
    : []),
] as const
/** Looking takes its time. */
export const LOOKING_MS = 300_000
const SETTLED_MS = 1000
/** A menu that opens above a screen is in no landmark of it. */
const NOT_ABOVE = ['region']

/** What axe complains of, as `rule: where`. A second look decides, since a screen may have been on the move at the first. */
async function violations(page: Page): Promise<string[]> {
  const complaints = async () => {
    const above = (await page.getByRole('menu').count()) > 0
    // There are no frames of other origins, for which axe would open a tab of its own each time.
    const builder = new AxeBuilder({ page }).setLegacyMode().disableRules(above ? NOT_ABOVE : [])
    const { violations: found } = await builder.analyze()
    return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`))
  }
  const first = await complaints()
  if (first.length === 0) return first
  await page.waitForTimeout(SETTLED_MS)
  return complaints()
}

/** Looks at the screen that the page shows, in every size and scheme. */
export async function look(page: Page, name: string): Promise<string[]> {
  const problems: string[] = []
  for (const { size, viewport, colorScheme } of LOOKS) {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    const where = `${name}, ${size}, ${colorScheme}`
    for (const problem of await violations(page)) problems.push(`${where}: ${problem}`)
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    if (width > viewport.width) problems.push(`${where}: ${width - viewport.width} px too wide`)
    if (process.env['SCREENSHOTS'] && SHOWN.includes(name)) {
      mkdirSync(SHOTS, { recursive: true })
      await page.screenshot({ path: `${SHOTS}/${name}-${size}-${colorScheme}.png` })
    }
  }
  await page.setViewportSize(DESKTOP)
  await page.emulateMedia({ colorScheme: 'light' })
  return problems
}

/**
 * For the documents alone: what the page shows now, on a desktop, where SCREENSHOTS=1 asks for pictures. What a story does not open
 * by itself is opened by `open`, and closed again by Escape.
 */
export async function show(page: Page, name: string, open?: () => Promise<unknown>): Promise<void> {
  const before = page.viewportSize()
  if (!process.env['SCREENSHOTS'] || !before) return
  await page.setViewportSize(DESKTOP)
  await open?.()
  await page.waitForTimeout(SETTLED_MS)
  await page.screenshot({ path: `${SHOTS}/${name}-desktop-light.png` })
  if (open) await page.keyboard.press('Escape')
  await page.setViewportSize(before)
}
