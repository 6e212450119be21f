/**
 * Which part of a channel's log a conversation holds, and how it moves: it grows at one end first and lets go of the other
 * afterwards, never both in one step, since the list keeps its place by one end. For useTimeline.ts.
 */
import type { Params, Place, TimelineView } from '@reforms/client'
import type { Seq } from '@reforms/protocol'

export interface Window {
  readonly wanted: Omit<Params<'timeline'>, 'channelId'>
  /** The end at which it grows. */
  readonly way?: 'before' | 'after'
}

/** A view, and what was asked for when it came. */
export interface Shown {
  readonly view: TimelineView
  readonly window: Window
}

const FIRST_ITEMS = 60
const MORE_ITEMS = 100
/** With more than so many, the end that is far from the screen goes; so many stay. */
const HELD_MAX = 240
const HELD = 160
const FIRST_SEQ = 1
/** Both ends are named: no more are asked for. */
const NO_MORE = 1

/** The newest items. */
export const FIRST: Window = { wanted: { limit: FIRST_ITEMS } }

export function beginAround(place: Place): Window {
  return { wanted: { limit: FIRST_ITEMS, around: { ...place, after: FIRST_ITEMS } } }
}

/** Whether it may end before the newest. */
export function isInPast({ wanted }: Window): boolean {
  return wanted.around !== undefined || wanted.toSeq !== undefined
}

/** Whether it was to end with the newest, and more have come since than are held at once. */
export function isOutrun(window: Window, { moreAfter }: TimelineView): boolean {
  return moreAfter && !isInPast(window)
}

/** More at one end; the same while the last that was asked for has not come, or nothing is there. */
export function longer(asked: Window, { view, window }: Shown, way: 'before' | 'after'): Window {
  const ends = endsOf(view)
  if (asked !== window || view.loading || !ends) return asked
  if (way === 'before' ? !view.moreBefore : !view.moreAfter) return asked
  return { way, wanted: way === 'before' ? moreBefore(asked, view, ends) : moreAfter(asked, ends) }
}

function moreBefore({ wanted }: Window, view: TimelineView, [first, last]: Ends): Window['wanted'] {
  const limit = Math.max(wanted.around ? 0 : wanted.limit, view.items.length) + MORE_ITEMS
  return { limit, fromSeq: first, ...(view.moreAfter ? { toSeq: wanted.toSeq ?? last } : {}) }
}

/** So many entries on: there may be few items among them, so what was asked for last counts. */
function moreAfter({ wanted }: Window, [first, last]: Ends): Window['wanted'] {
  return { limit: NO_MORE, fromSeq: first, toSeq: Math.max(wanted.toSeq ?? 0, last) + MORE_ITEMS }
}

/** What is asked for once an answer is there: its beginning stays when others come, and too long a list goes at its far end. */
export function settled(asked: Window, { view, window }: Shown): Window {
  const ends = endsOf(view)
  if (asked !== window || view.loading || !ends) return asked
  const { around, fromSeq, toSeq } = asked.wanted
  if (view.items.length > HELD_MAX) return cut(asked, view, ends)
  if (around || toSeq !== undefined)
    return view.moreAfter ? asked : { wanted: { limit: NO_MORE, fromSeq: ends[0] } }
  if (fromSeq !== undefined && fromSeq <= ends[0]) return asked
  return { ...asked, wanted: { ...asked.wanted, fromSeq: ends[0] } }
}

function cut(
  { way = 'before', wanted }: Window,
  { items, moreAfter }: TimelineView,
  [first, last]: Ends,
): Window {
  const [from, to] =
    way === 'before'
      ? [first, seqNear(items, HELD)]
      : [seqNear(items, items.length - HELD), wanted.toSeq ?? last]
  const toTheNewest = way === 'after' && !moreAfter
  return { wanted: { limit: NO_MORE, fromSeq: from ?? first, ...(toTheNewest ? {} : { toSeq: to ?? last }) } }
}

type Ends = readonly [first: Seq, last: Seq]

/**
 * Undefined while nothing that stands in the log is shown. Entries that show nothing may stand before the first item: where nothing
 * else does, the log's own beginning counts, or the words there would go and come.
 */
function endsOf({ items, moreBefore }: TimelineView): Ends | undefined {
  const [first, last] = [items.find(hasSeq)?.seq, items.findLast(hasSeq)?.seq]
  if (first === undefined || last === undefined) return undefined
  return [moreBefore ? first : FIRST_SEQ, last]
}

function hasSeq({ seq }: { seq?: Seq }): boolean {
  return seq !== undefined
}

/** Of the item at a place of the list, or of the last one before it that stands in the log. */
function seqNear(items: TimelineView['items'], place: number): Seq | undefined {
  return items.slice(0, place + 1).findLast(hasSeq)?.seq
}
