/** Where somebody reads in the pages of a document: which page stands in the middle of what is seen, and which part of it. */
import { pageAt } from './scale.ts'

/** In shares of the page, so that it is the same place at any size. */
export interface Place {
  page: number
  across: number
  /** Nothing at the very beginning, which stays the beginning. */
  down: number | undefined
}

const pagesIn = (scroller: HTMLElement) => [...scroller.querySelectorAll<HTMLElement>('[data-page]')]

function middleOf(scroller: HTMLElement): { x: number; y: number } {
  const { left, top } = scroller.getBoundingClientRect()
  const { clientLeft, clientTop, clientWidth, clientHeight } = scroller
  return { x: left + clientLeft + clientWidth / 2, y: top + clientTop + clientHeight / 2 }
}

export function placeIn(scroller: HTMLElement): Place | undefined {
  const pages = pagesIn(scroller)
  const tops = pages.map(({ offsetTop }) => offsetTop)
  const page = pageAt(tops, scroller.scrollTop + scroller.clientHeight / 2)
  const box = pages[page - 1]?.getBoundingClientRect()
  if (!box) return undefined
  const { x, y } = middleOf(scroller)
  const down = scroller.scrollTop === 0 ? undefined : (y - box.top) / box.height
  return { page, across: (x - box.left) / box.width, down }
}

/** Brings a place back into the middle, at once. */
export function returnTo(scroller: HTMLElement, { page, across, down }: Place): void {
  const box = pagesIn(scroller)[page - 1]?.getBoundingClientRect()
  if (!box) return
  const { x, y } = middleOf(scroller)
  const left = box.left + across * box.width - x
  const top = down === undefined ? 0 : box.top + down * box.height - y
  scroller.scrollBy({ left, top, behavior: 'instant' })
}

export function goToPage(scroller: HTMLElement | null, page: number): void {
  if (scroller) pagesIn(scroller)[page - 1]?.scrollIntoView({ block: 'start' })
}
