/**
 * What is wrong with a screen for somebody: what axe-core complains of, and what runs off the side (off-the-side.ts). With SCREENSHOTS=1 the
 * screens that the documents show are written to docs/screenshots.
 */
import { AxeBuilder } from '@axe-core/playwright'
import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { DESKTOP, PHONE, TABLET } from './browser.ts'
import { unmarked } from './marked.ts'
import { offTheSide } from './off-the-side.ts'

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
/** What stands for the others where a look takes long: on a tablet, in high contrast, in the colours that a system forces on a page. */
const MAIN = [
  'sign-up',
  'conversations',
  'thread',
  'search',
  'settings-appearance',
  'administrator',
  'palette',
]
const CLOSER = [
  { colorScheme: 'light', contrast: 'more' },
  { colorScheme: 'dark', contrast: 'more' },
  { colorScheme: 'light', forcedColors: 'active' },
] as const
/** Looking takes its time. */
export const LOOKING_MS = 400_000
const SETTLED_MS = 1000

/** Of WCAG 2.2 AA, and left out by axe-core unless it is asked for: what is pressed is 24 px large, or stands apart. */
const TARGETS = { 'target-size': { enabled: true } }
/** In high contrast words are told from their ground 7:1. */
const COLOURS = ['color-contrast', 'color-contrast-enhanced', 'link-in-text-block']
const FORCED_COLOURS = ['color-contrast', 'link-in-text-block']
/** A menu that opens above a screen is in no landmark of it. */
const ABOVE = { region: { enabled: false } }

interface Scope {
  only?: readonly string[]
  /** A part of the screen. */
  within?: string
}

/** What axe complains of, as `rule: where`. A second look decides, since a screen may have been on the move at the first. */
async function violations(page: Page, { only, within }: Scope = {}): Promise<string[]> {
  const complaints = async () => {
    const above = (await page.getByRole('menu').count()) > 0
    // There are no frames of other origins, for which axe would open a tab of its own each time.
    const builder = new AxeBuilder({ page }).setLegacyMode()
    if (within) builder.include(within)
    if (only) builder.withRules([...only])
    else builder.options({ rules: { ...TARGETS, ...(above ? ABOVE : {}) } })
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
  const note = (where: string, found: readonly string[]) =>
    problems.push(...found.map((problem) => `${name}, ${where}: ${problem}`))
  for (const { size, viewport, colorScheme } of LOOKS) {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    note(`${size}, ${colorScheme}`, [...(await violations(page)), ...(await offTheSide(page))])
    if (process.env['SCREENSHOTS'] && SHOWN.includes(name)) {
      mkdirSync(SHOTS, { recursive: true })
      await page.screenshot({ path: `${SHOTS}/${name}-${size}-${colorScheme}.png` })
    }
  }
  await page.setViewportSize(TABLET)
  note('tablet', await offTheSide(page))
  if (MAIN.includes(name)) {
    note('tablet', await violations(page))
    for (const media of CLOSER) {
      await page.emulateMedia(media)
      const only = 'contrast' in media ? COLOURS : FORCED_COLOURS
      note(Object.values(media).join(', '), await violations(page, { only }))
      await page.emulateMedia({ contrast: null, forcedColors: null })
    }
    note('forced colours', await unmarked(page))
  }
  await page.setViewportSize(DESKTOP)
  await page.emulateMedia({ colorScheme: 'light' })
  return problems
}

/** Looks at the screen as it stands there. */
export async function glance(page: Page, name: string): Promise<string[]> {
  const found = [...(await violations(page)), ...(await offTheSide(page))]
  return found.map((problem) => `${name}: ${problem}`)
}

const OPENED = ['dialog', 'alertdialog', 'menu', 'listbox'].map((role) => `[role="${role}"]`).join()

/** Looks at what has opened above a screen, alone and as it stands there: for what is made of the same parts as what `look` sees. */
export async function glanceAbove(page: Page, name: string): Promise<string[]> {
  const found = [
    ...(await violations(page, { within: OPENED })),
    ...(await offTheSide(page)),
    ...(await unmarked(page)),
  ]
  return found.map((problem) => `${name}: ${problem}`)
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
