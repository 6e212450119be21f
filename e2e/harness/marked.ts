/** What is chosen, where a system forces its colours on the page: no ground tells it there, only an edge in the system's colour for it. */
import type { Page } from 'playwright-core'

const CHOSEN = [
  '[aria-current="page"]',
  ...['selected', 'pressed', 'checked'].map((state) => `[aria-${state}="true"]`),
  '[data-highlighted]',
].join()
const EDGE_PX = 2

/** What looks there as if it were not chosen. */
export async function unmarked(page: Page): Promise<string[]> {
  await page.emulateMedia({ forcedColors: 'active' })
  const found = await page.evaluate(
    ({ chosen, edge }) => {
      const probe = document.createElement('span')
      probe.style.color = 'Highlight'
      document.body.append(probe)
      const highlight = getComputedStyle(probe).color
      probe.remove()
      const isMarked = (element: Element) => {
        const { borderTopStyle, borderTopWidth, borderTopColor } = getComputedStyle(element)
        return (
          borderTopStyle === 'solid' && borderTopColor === highlight && parseFloat(borderTopWidth) >= edge
        )
      }
      return [...document.querySelectorAll(chosen)]
        .filter((element) => element.checkVisibility() && !isMarked(element))
        .map((element) => `${element.localName}.${element.className} is chosen, and nothing shows it`)
    },
    { chosen: CHOSEN, edge: EDGE_PX },
  )
  await page.emulateMedia({ forcedColors: null })
  return found
}
