/**
 * A first reaction or a first answer gives a message another line. Somebody who reads further back looks, more likely than not, at the
 * middle of what is in sight: that stays. What grows above it pushes upwards, what grows below it downwards.
 */
import { useLayoutEffect, useRef, type RefObject } from 'react'
import type { Row } from './rows.ts'

interface Reading {
  scroller: RefObject<HTMLDivElement | null>
  rows: readonly Row[]
  /** Where the end stays instead, or somebody scrolls, or acts on what is to stay where they point. */
  isElsewhere: () => boolean
}

/** What it gives is to be called once the list has made room for what has grown, and before that is drawn. */
export function useKeepMiddle({ scroller, rows, isElsewhere }: Reading): () => void {
  const kept = useRef<{ row: Element; top: number }>(undefined)
  useLayoutEffect(() => {
    // The list does not know yet: all rows stand where they stood.
    const row = isElsewhere() ? undefined : rowInMiddle(scroller.current)
    kept.current = row && { row, top: row.getBoundingClientRect().top }
    const frame = requestAnimationFrame(() =>
      // What grows later has another reason. This frame's rows are measured after its callbacks.
      setTimeout(() => (kept.current = undefined)),
    )
    return () => cancelAnimationFrame(frame)
    // Only what is said of the messages makes one taller here, not where somebody stands.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [scroller, rows])
  return () => {
    if (!kept.current?.row.isConnected) return
    const moved = kept.current.row.getBoundingClientRect().top - kept.current.top
    if (Math.abs(moved) >= 1) scroller.current?.scrollBy({ top: moved })
  }
}

/** The last that begins above the middle. */
function rowInMiddle(scroller: HTMLElement | null): Element | undefined {
  if (!scroller) return undefined
  const { top, height } = scroller.getBoundingClientRect()
  const rows = [...(scroller.lastElementChild?.children ?? [])]
  return rows.findLast((row) => row.getBoundingClientRect().top <= top + height / 2)
}
