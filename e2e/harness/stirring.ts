/** What stirs on the screen while somebody reads: in every frame, not only in the end. */
import type { Locator } from 'playwright-core'

/** As long as anything moves by itself, and some. */
const SETTLED_MS = 400
/** Heights of lines are no whole pixels. */
const ROUNDING_PX = 1

/** What the browser tells of each element that a frame has drawn elsewhere than the one before. */
interface LayoutShift extends PerformanceEntry {
  sources: { node: Node; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[]
}

/**
 * What moved up or down while `comesIn` came in: of the messages of `log` that were in sight, each that began or ended elsewhere in
 * some frame, by its first words; and, as `shift`, words of messages that the browser itself calls shifted.
 */
export async function stirred(log: Locator, comesIn: () => Promise<unknown>): Promise<string[]> {
  const watcher = await log.evaluateHandle((list, rounding) => {
    const sight = list.getBoundingClientRect()
    const before = [...list.querySelectorAll('article')]
      .map((article) => [article, article.getBoundingClientRect()] as const)
      .filter(([, box]) => box.bottom > sight.top && box.top < sight.bottom)
    const found = new Set<string>()
    const wordsOf = (element: Element) =>
      (element.querySelector('.words-of-message') ?? element).textContent.slice(0, 10).trim()
    let watching = true
    const look = () => {
      for (const [article, { top, bottom }] of before) {
        const now = article.getBoundingClientRect()
        const moved = Math.max(Math.abs(now.top - top), Math.abs(now.bottom - bottom))
        if (article.isConnected && moved > rounding) found.add(wordsOf(article))
      }
      // What a frame has drawn is seen right after it.
      if (watching) requestAnimationFrame(() => setTimeout(look))
    }
    const observer = new PerformanceObserver((entries) => {
      for (const { node, previousRect, currentRect } of (entries.getEntries() as LayoutShift[]).flatMap(
        ({ sources }) => sources,
      )) {
        const element = node instanceof Element ? node : node.parentElement
        const words = element?.closest('.words-of-message') ?? element?.querySelector('.words-of-message')
        if (words && Math.abs(previousRect.y - currentRect.y) > rounding)
          found.add(`shift: ${wordsOf(words)}`)
      }
    })
    observer.observe({ type: 'layout-shift' })
    look()
    return {
      stop: () => {
        watching = false
        observer.disconnect()
        return [...found]
      },
    }
  }, ROUNDING_PX)
  await comesIn()
  await log.page().waitForTimeout(SETTLED_MS)
  return watcher.evaluate((it) => it.stop())
}
