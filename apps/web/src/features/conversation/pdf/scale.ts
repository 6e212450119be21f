/** How large pages are drawn. */

const STEPS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4]
/** A canvas of more costs more memory than a phone has for it, and some browsers draw none. */
const CANVAS_MAX_PIXELS = 12_000_000
/** Some browsers draw none that is longer. */
const CANVAS_MAX_SIDE = 16_384

/** The next larger or smaller; the same at the ends. */
export function zoomed(zoom: number, step: 1 | -1): number {
  return STEPS[Math.min(Math.max(STEPS.indexOf(zoom) + step, 0), STEPS.length - 1)] ?? 1
}

/** Pixels of the canvas for one of the page: as many as the screen has, unless that were too many. */
export function pixelRatio(width: number, height: number, wanted: number): number {
  const longest = CANVAS_MAX_SIDE / Math.max(1, width, height)
  return Math.min(wanted, longest, Math.sqrt(CANVAS_MAX_PIXELS / Math.max(1, width * height)))
}

/** The page that stands in the middle of what is seen. `tops` are of all pages, in order. */
export function pageAt(tops: readonly number[], middle: number): number {
  const after = tops.findIndex((top) => top > middle)
  return after === -1 ? Math.max(1, tops.length) : Math.max(1, after)
}

/** A document says itself how many pages it has, and may say millions. */
export const PAGES_MAX = 5000

export function shownOf({ numPages }: { readonly numPages: number }): number {
  return Math.min(numPages, PAGES_MAX)
}

/** Of paper, for a first page that does not say. */
export const PAPER = { width: 595, height: 842 }
