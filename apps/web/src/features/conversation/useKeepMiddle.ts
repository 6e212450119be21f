/**
 * A first reaction or a first answer gives a message another line. Somebody who reads further back looks, more likely than not, at the
 * middle of what is in sight: that stays. What grows above it pushes upwards, what grows below it downwards.
 */
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react'
import type { Row } from './rows.ts'

interface Reading {
  scroller: RefObject<HTMLDivElement | null>
  rows: readonly Row[]
  /** Where the end stays instead, or somebody scrolls, or acts on what is to stay where they point. */
  isElsewhere: () => boolean
}

/** What it gives is to be called once the list has made room for what has grown, and before that is drawn. */
export function useKeepMiddle({ scroller, rows, isElsewhere }: Reading): () => void {
  const kept = useRef<Middle>(undefined)
  useLayoutEffect(() => {
    // The list does not know yet: all rows stand where they stood.
    kept.current = isElsewhere() ? undefined : middleOf(scroller.current)
    const frame = requestAnimationFrame(() =>
      // What grows later has another reason. This frame's rows are measured after its callbacks.
      setTimeout(() => (kept.current = undefined)),
    )
    return () => cancelAnimationFrame(frame)
    // Only what is said of the messages makes one taller here, not where somebody stands.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [scroller, rows])
  return () => bringBack(scroller.current, kept.current)
}

/**
 * The same for rows that the browser itself puts below each other, whatever makes one taller. It holds the uppermost in sight where it
 * is, or none; where the middle has gone is known once the rows have their heights, and before that is drawn.
 */
export function useKeepMiddleOfAll({ scroller, isElsewhere }: Omit<Reading, 'rows'>): void {
  const latest = useRef(isElsewhere)
  useLayoutEffect(() => {
    latest.current = isElsewhere
  })
  useEffect(() => {
    const element = scroller.current
    const rows = element?.lastElementChild
    if (!element || !rows) return
    let kept = middleOf(element)
    const note = () => (kept = middleOf(element))
    const observer = new ResizeObserver(() => {
      if (!latest.current()) bringBack(element, kept)
      note()
    })
    observer.observe(rows)
    element.addEventListener('scroll', note, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', note)
    }
  }, [scroller])
}

interface Middle {
  /** The last that begins above the middle. */
  row: Element
  /** Below the upper edge of the list. */
  top: number
}

function middleOf(scroller: HTMLElement | null): Middle | undefined {
  if (!scroller) return undefined
  const rows = [...(scroller.lastElementChild?.children ?? [])]
  const row = rows.findLast((each) => topIn(scroller, each) <= scroller.clientHeight / 2)
  return row && { row, top: topIn(scroller, row) }
}

function bringBack(scroller: HTMLElement | null, middle: Middle | undefined): void {
  if (!scroller || !middle?.row.isConnected) return
  const moved = topIn(scroller, middle.row) - middle.top
  if (Math.abs(moved) >= 1) scroller.scrollBy({ top: moved })
}

function topIn(scroller: HTMLElement, row: Element): number {
  return row.getBoundingClientRect().top - scroller.getBoundingClientRect().top
}
