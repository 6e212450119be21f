/**
 * What a conversation shows of its channel's log: the newest items, and more of them on request, or a part far back. The last view
 * stays while another is fetched, and what has been shown stays when newer items come in, unless more come at once than are held: then
 * who stands at the end is led to the new one. Never more than some hundreds of items are held, however far somebody scrolls: what is far
 * from the screen is let go of, and asked for again when it is wanted.
 */
import type { Params, Place, TimelineView } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useEngine } from '../../watch/engine.tsx'
import { sharing } from '../../watch/sharing.ts'
import {
  beginAround,
  FIRST,
  isInPast,
  isOutrun,
  longer,
  settled,
  type Shown,
  type Window,
} from './timeline-window.ts'

export interface Timeline {
  view: TimelineView | undefined
  /** Asks for older items, once for each answer. */
  loadMore: () => void
  /** Asks for newer ones, where the newest are not held. */
  loadAfter: () => void
  /** Lets go of a long past, while its end is looked at. */
  shorten: () => void
  /** What the view was asked for with. */
  window: Window | undefined
  /** Shows what stands around a place instead, once a view of the window that is answered is here. */
  goTo: (place: Place) => Window
  /** Calls that off, as long as what is there has not come. */
  stay: () => void
  /** Shows the newest items instead. */
  toNewest: () => void
  /** Whether somebody looks at the end, who is kept there. */
  setAtEnd: (atEnd: boolean) => void
}

export function useTimeline(channelId: ChannelId): Timeline {
  const engine = useEngine()
  const [window, setWindow] = useState<Window>(FIRST)
  const [shown, setShown] = useState<Shown>()
  const atEnd = useRef(true)
  useEffect(() => {
    const params: Params<'timeline'> = { channelId, ...window.wanted }
    return engine.watch('timeline', params, (view) => {
      // Thousands have come at once: who stands at the end is led to the new one, and what lies between is not drawn.
      if (atEnd.current && isOutrun(window, view) && !isBusyThere()) setWindow(FIRST)
      else setShown((last) => shownAfter(last, { view, window }))
    })
  }, [engine, channelId, window])
  const latest = useRef(shown)
  latest.current = shown
  const isFirst = shown?.window === FIRST
  useEffect(() => {
    if (shown && !isFirst) setWindow((asked) => settled(asked, shown))
  }, [shown, isFirst])
  useEffect(() => {
    if (!isFirst) return
    // The answer will be the same one again: not while the first is being drawn.
    const timer = setTimeout(() => {
      const { current } = latest
      if (current) setWindow((asked) => settled(asked, current))
    }, AFTER_FIRST_MS)
    return () => clearTimeout(timer)
  }, [isFirst])

  const turn = useMemo(() => {
    const grow = (way: 'before' | 'after') => () => shown && setWindow((asked) => longer(asked, shown, way))
    return { loadMore: grow('before'), loadAfter: grow('after') }
  }, [shown])
  const length = shown?.view.items.length ?? 0
  const shorten = useCallback(() => {
    if (length > LONG_ITEMS) setWindow(FIRST)
  }, [length])
  const goTo = useCallback((place: Place) => {
    const there = beginAround(place)
    setWindow(there)
    return there
  }, [])
  const stay = useCallback(
    () => setWindow((asked) => (asked.wanted.around ? (latest.current?.window ?? asked) : asked)),
    [],
  )
  const toNewest = useCallback(() => setWindow((asked) => (isInPast(asked) ? FIRST : asked)), [])
  const setAtEnd = useCallback((end: boolean) => void (atEnd.current = end), [])
  return { view: shown?.view, window: shown?.window, ...turn, shorten, goTo, stay, toNewest, setAtEnd }
}

const AFTER_FIRST_MS = 500

/** Somebody changes a text or has a menu open there, which would be gone. */
function isBusyThere(): boolean {
  return (
    document.querySelector('[role="log"] textarea, [role="menu"], [role="dialog"], [role="alertdialog"]') !==
    null
  )
}

/** The same where nothing has changed. */
function shownAfter(last: Shown | undefined, { view, window }: Shown): Shown {
  const shared = sharing(last?.view, view)
  return last && last.view === shared && last.window === window ? last : { view: shared, window }
}

/** A list that stands at its end for weeks is cut to its first length now and then: before it is so long that its end would go. */
const LONG_ITEMS = 200
