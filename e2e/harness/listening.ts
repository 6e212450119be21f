/** What a page says aloud by itself: the words that are added to what a screen reader listens to in a conversation. */
import type { Page } from 'playwright-core'

interface Listening {
  heard: string[]
}

/** From now on; what has been said until then is returned by the function. */
export async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const heard: string[] = []
    ;(globalThis as unknown as Listening).heard = heard
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes)
        if (target instanceof Element && target.matches('.hidden-visually[aria-live=polite]'))
          for (const node of addedNodes) heard.push(node.textContent ?? '')
    }).observe(document.body, { childList: true, subtree: true, characterData: true })
  })
  return () => page.evaluate(() => (globalThis as unknown as Listening).heard)
}
