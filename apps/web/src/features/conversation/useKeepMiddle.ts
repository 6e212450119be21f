/**
 * A first reaction or a first answer gives a message another line. Somebody who reads further back looks, more likely than not, at the
 * middle of what is in sight: that stays. What grows above it pushes upwards, what grows below it downwards.
 */
import { useLayoutEffect, type RefObject } from 'react'
import type { VirtualizerHandle } from 'virtua'
import type { Row } from './rows.ts'

interface Reading {
  scroller: RefObject<HTMLDivElement | null>
  list: RefObject<VirtualizerHandle | null>
  rows: readonly Row[]
  /** There the end stays instead. */
  atEnd: boolean
}

export function useKeepMiddle({ scroller, list, rows, atEnd }: Reading): void {
  useLayoutEffect(() => {
    if (atEnd || !scroller.current || !list.current) return
    const grown = grownAbove(scroller.current, list.current)
    // What follows is moved right afterwards, before anything is drawn.
    if (Math.abs(grown) >= 1) scroller.current.scrollBy({ top: grown })
    // Only what is said of the messages makes one taller here, not where somebody stands.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [scroller, list, rows])
}

/** By how much rows are taller than the list knows yet, of those between the top of what is in sight and its middle. Above that it sees to it itself. */
function grownAbove(scroller: HTMLElement, list: VirtualizerHandle): number {
  const content = scroller.lastElementChild
  if (!content) return 0
  const { top, height } = scroller.getBoundingClientRect()
  const beginning = content.getBoundingClientRect().top
  const changes = Array.from(content.children, (row) => {
    const box = row.getBoundingClientRect()
    const known = list.getItemSize(list.findItemIndex(box.top - beginning + 1))
    const isAbove = box.top >= top && box.top + known <= top + height / 2
    // One that is new here is hidden until its height is known.
    return isAbove && row.checkVisibility({ visibilityProperty: true }) ? box.height - known : 0
  })
  return changes.reduce((sum, change) => sum + change, 0)
}
