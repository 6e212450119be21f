/**
 * What cannot be seen whole: what runs over a side of the window, or is cut at the side by what holds it. The page itself never
 * scrolls sideways, so its width would not tell. Words that end in an ellipsis are meant to.
 */
import type { Page } from 'playwright-core'

/** What people do scroll sideways: lines of code, tables and formulas, and a picture at its full size. */
const SCROLLED_SIDEWAYS = 'pre, .table-scroll, .formula-display, .picture-large, .pdf-pages'
/** Borders and scaled boxes end between two pixels. */
const ROUNDING_PX = 1

/** Each as `what “its words”: how far`. */
export async function offTheSide(page: Page): Promise<string[]> {
  // A screen is drawn anew for its width a frame after the width has changed.
  await page.evaluate(
    () => new Promise<void>((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn()))),
  )
  return page.evaluate(
    ({ sideways, rounding }) => {
      /** What only a screen reader reads is no wider. */
      const UNSEEN_PX = 1
      const SEEN = { opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }
      /** The sides between which it is seen; undefined where it is scrolled to, ends in an ellipsis, or is not for the eye. */
      const sidesWithin = (holder: Element | null): [number, number] | undefined => {
        if (!holder || holder === document.body) return [0, innerWidth]
        const { overflowX, textOverflow } = getComputedStyle(holder)
        if (holder.matches(sideways) || textOverflow === 'ellipsis') return undefined
        const outer = sidesWithin(holder.parentElement)
        if (!outer || overflowX === 'visible') return outer
        const box = holder.getBoundingClientRect()
        if (box.width <= UNSEEN_PX) return undefined
        return [Math.max(outer[0], box.left), Math.min(outer[1], box.right)]
      }
      const over = (box: DOMRect, sides: [number, number] | undefined) =>
        sides && box.width > 0 ? Math.max(sides[0] - box.left, box.right - sides[1]) : 0
      const boxOfWords = (element: Element) => {
        const range = document.createRange()
        const words = [...element.childNodes].filter(
          (node) => node instanceof Text && node.data.trim() !== '',
        )
        if (words.length === 0) return new DOMRect()
        range.setStartBefore(words[0]!)
        range.setEndAfter(words.at(-1)!)
        return range.getBoundingClientRect()
      }
      return [...document.body.querySelectorAll('*')].flatMap((element) => {
        if (!element.checkVisibility(SEEN) || element.closest('.hidden-visually, svg *')) return []
        const box = element.getBoundingClientRect()
        if (box.width <= UNSEEN_PX) return []
        const far = Math.max(
          over(box, sidesWithin(element.parentElement)),
          over(boxOfWords(element), sidesWithin(element)),
        )
        const what = `${element.localName}.${element.className}`.replaceAll(' ', '.')
        const words = (element.textContent || element.ariaLabel || '').slice(0, 40)
        return far > rounding ? [`${what} “${words}”: ${Math.round(far)} px off the side`] : []
      })
    },
    { sideways: SCROLLED_SIDEWAYS, rounding: ROUNDING_PX },
  )
}
