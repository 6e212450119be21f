/**
 * The messages, newest at the bottom, drawn only where they can be seen. It stays at the newest while it is there, stays
 * where it is while older ones come in above, and tells when its end is on the screen.
 */
import type { TimelineView } from '@reforms/client'
import type { ChannelId, Seq } from '@reforms/protocol'
import { ArrowDown, ArrowUp } from 'lucide-react'
import {
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { text } from '../../text/index.ts'
import { useQuery } from '../../watch/engine.tsx'
import { isShortcut } from '../frame/shortcuts.ts'
import { readBy } from '../status/ReadBy.tsx'
import { MessageRow } from './MessageRow.tsx'
import { newestOwnSeq, rowsOf, type Row } from './rows.ts'
import './timeline.css'

/** Older items are asked for this far before the top is reached, and newer ones as far before the bottom. */
const LOAD_BEFORE_PX = 900
/** So near to the end counts as at the end. */
const AT_END_PX = 60
const OVERSCAN_PX = 600

interface TimelineListProps {
  channelId: ChannelId
  view: TimelineView
  beginning: ReactNode
  seedOf: (userId: string) => string
  mayWrite: boolean
  /** False where one may only react, and answer in threads. */
  mayPost: boolean
  onLoadMore: () => void
  /** Asks for what follows, where the newest are not here. */
  onLoadAfter: () => void
  /** Asks for the newest instead. */
  onNewest: () => void
  onAtEnd: (atEnd: boolean) => void
  /** Shows what stands at a place of the log. */
  onJump: (seq: Seq) => void
  /** What is jumped to, anew with each object. */
  target?: JumpTarget | undefined
}

export interface JumpTarget {
  seq: Seq
}

export function TimelineList(props: TimelineListProps) {
  const { channelId, view, onLoadMore, onLoadAfter, onAtEnd } = props
  const rows = useMemo(() => rowsOf(view), [view])
  const readers = useQuery('readers', { channelId })
  const ownSeq = useMemo(() => newestOwnSeq(rows), [rows])
  const list = useRef<VirtualizerHandle>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const [atEnd, setAtEnd] = useState(true)
  const keys = useMemo(() => keysOf(rows, view.moreBefore), [rows, view.moreBefore])
  const { shift, stretch } = useStretch(keys)
  // While rows get their heights, the end may be near for a moment without being reached.
  const settling = useRef(false)
  const wantsEnd = useRef(false)
  const setEnd = (end: boolean) => {
    // The newest are on their way: what is still here has another end.
    if (wantsEnd.current && view.moreAfter) return
    setAtEnd(end && !settling.current && !view.moreAfter)
  }
  const gesture = useGesture(scroller, stretch)
  const look = useLook(scroller, gesture, setEnd, {
    onNearTop: () => view.moreBefore && onLoadMore(),
    onNearBottom: () => view.moreAfter && !settling.current && onLoadAfter(),
  })
  // Right after a jump from the end, what is there now ends elsewhere.
  const atNewest = atEnd && !view.moreAfter
  usePlace({
    rows,
    indexOf: (row) => keys.length - rows.length + row,
    atEnd: atNewest,
    setAtEnd,
    list,
    look,
  })
  const lit = useTarget(
    { rows, indexOf: (row) => keys.length - rows.length + row, setAtEnd, list, look },
    props.target && { target: props.target, isShown: view.place === props.target.seq },
    settling,
  )
  useKeepEndInSight(scroller, atNewest, stretch)
  const below = useBelow(rows, atEnd)

  useEffect(() => onAtEnd(atEnd), [atEnd, onAtEnd])
  useFillScreen(scroller, view, { stretch, onLoadMore, onLoadAfter })
  useEndReached(view.moreAfter, look)
  useEndUncovered(scroller, atEnd, look)
  useEffect(() => {
    if (!view.moreAfter || props.target) wantsEnd.current = false
  }, [view.moreAfter, props.target])
  const goToNewest = () => {
    // Neither a jump that has just ended nor what was scrolled before it holds anybody back.
    settling.current = false
    gesture.forget()
    wantsEnd.current = view.moreAfter
    if (!view.moreAfter) list.current?.scrollToIndex(keys.length - 1, { align: 'end' })
    setAtEnd(true)
    props.onNewest()
  }

  return (
    <div className="timeline">
      <div
        ref={scroller}
        className="timeline-scroll"
        role="log"
        aria-label={text.conversation.messages}
        aria-live="off"
        aria-busy={view.loading}
        tabIndex={0}
        data-focus-home
        onKeyDown={(event) => {
          if (!isEnd(event)) return
          event.preventDefault()
          goToNewest()
        }}
      >
        <div className="timeline-space" />
        <Virtualizer
          key={stretch}
          ref={list}
          scrollRef={scroller}
          shift={shift}
          bufferSize={OVERSCAN_PX}
          onScroll={look}
        >
          {!view.moreBefore && <div key={BEGINNING}>{props.beginning}</div>}
          {rows.map((row) => (
            <MessageRow
              key={row.key}
              row={row}
              channelId={channelId}
              mayWrite={props.mayWrite}
              mayPost={props.mayPost}
              read={ownSeq !== undefined && row.item.seq === ownSeq ? readBy(readers, ownSeq) : undefined}
              lit={row.item.seq !== undefined && row.item.seq === lit}
              seed={row.item.kind === 'message' ? props.seedOf(row.item.author) : ''}
            />
          ))}
        </Virtualizer>
      </div>
      <FirstNew
        view={view}
        atEnd={atEnd}
        onJump={(seq) => {
          // The button goes: who came by keyboard stays at the messages.
          scroller.current?.focus({ preventScroll: true })
          props.onJump(seq)
        }}
      />
      {!atEnd && (
        <button type="button" className="to-newest small" onClick={goToNewest}>
          <ArrowDown size={16} aria-hidden="true" />
          {below > 0 ? text.conversation.newMessages(below) : text.conversation.toNewest}
        </button>
      )}
    </div>
  )
}

/** The End key, where nothing within the messages has a use of its own for it; what has opened above them only comes by here. */
function isEnd(event: KeyboardEvent<HTMLElement>): boolean {
  const { target, currentTarget } = event
  if (!isShortcut(event, 'End') || !(target instanceof HTMLElement)) return false
  return currentTarget.contains(target) && !target.matches('input, textarea, audio, video')
}

/** Whoever has stayed at the end for so long with the line above could have gone there. */
const LEFT_ALONE_MS = 10_000

interface FirstNewProps extends Pick<TimelineListProps, 'view' | 'onJump'> {
  atEnd: boolean
}

/** Where more has come than is held, the line that says where "new" begins is out of reach: a button leads there. */
function FirstNew({ view, onJump, atEnd }: FirstNewProps) {
  const { firstUnread, items, moreBefore } = view
  const [seen, setSeen] = useState<Seq>()
  const [first, last] = [items.find(hasSeq)?.seq, items.findLast(hasSeq)?.seq]
  const isAbove = firstUnread !== undefined && first !== undefined && firstUnread < first && moreBefore
  const isHere =
    firstUnread !== undefined && first !== undefined && firstUnread >= first && firstUnread <= (last ?? 0)
  useEffect(() => {
    if (!isHere) return
    if (!atEnd) return setSeen(firstUnread)
    // While much comes in it is here for a moment only, and who is kept at the end does not see it.
    const timer = setTimeout(() => setSeen(firstUnread), LEFT_ALONE_MS)
    return () => clearTimeout(timer)
  }, [isHere, atEnd, firstUnread])
  if (!isAbove || seen === firstUnread) return null
  return (
    <button type="button" className="to-new small" onClick={() => onJump(firstUnread)}>
      <ArrowUp size={16} aria-hidden="true" />
      {text.conversation.toFirstNew}
    </button>
  )
}

const hasSeq = ({ seq }: { seq?: Seq }) => seq !== undefined

interface Stretch {
  /** True in the very drawing in which rows have come or gone before the ones that stay. */
  shift: boolean
  /** Another number for rows of which none was there before: the list measures them anew. */
  stretch: number
}

function useStretch(keys: string[]): Stretch {
  const drawn = useRef<{ keys: string[]; stretch: number }>({ keys: [], stretch: 0 })
  const [known, first] = [drawn.current.keys[0], keys[0]]
  const hasBoth = known !== undefined && first !== undefined
  const stays = hasBoth && (keys.includes(known) || drawn.current.keys.includes(first))
  const stretch = drawn.current.stretch + (hasBoth && !stays ? 1 : 0)
  useLayoutEffect(() => {
    drawn.current = { keys, stretch }
  }, [keys, stretch])
  return { shift: stays && first !== known, stretch }
}

const BEGINNING = 'beginning'

/** What the list holds: the rows and, once nothing is before them, the words at the beginning. */
function keysOf(rows: Row[], moreBefore: boolean): string[] {
  const keys = rows.map((row) => row.key)
  return moreBefore ? keys : [BEGINNING, ...keys]
}

interface Near {
  onNearTop: () => void
  onNearBottom: () => void
}

/** Reads after a scroll whether the end is in sight. */
function useLook(
  scroller: RefObject<HTMLDivElement | null>,
  gesture: Gesture,
  setAtEnd: (atEnd: boolean) => void,
  { onNearTop, onNearBottom }: Near,
): () => void {
  const last = useRef({ scrollTop: 0, scrollHeight: 0 })
  return () => {
    const element = scroller.current
    if (!element) return
    const { scrollTop, scrollHeight, clientHeight } = element
    if (scrollHeight - scrollTop - clientHeight < AT_END_PX) setAtEnd(true)
    else if (
      scrollTop < last.current.scrollTop &&
      gesture.byPerson(scrollHeight === last.current.scrollHeight)
    )
      setAtEnd(false)
    last.current = { scrollTop, scrollHeight }
    if (scrollTop < LOAD_BEFORE_PX) onNearTop()
    else if (scrollHeight - scrollTop - clientHeight < LOAD_BEFORE_PX) onNearBottom()
  }
}

const GESTURES = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const
/** A scroll this long after a wheel, a finger or a key is theirs. */
const GESTURE_MS = 800
/** A list whose height has stood still this long does not scroll by itself: then it was a search in the page, or the like. */
const QUIET_MS = 2000

interface Gesture {
  /** Whether a person has just scrolled: it may also be rows that grow or go while others come. Only a person leaves the end. */
  byPerson: (sameHeight: boolean) => boolean
  /** Whoever asks for the end has not left it by what they did before, nor by the key that asks for it. */
  forget: () => void
}

function useGesture(scroller: RefObject<HTMLDivElement | null>, stretch: number): Gesture {
  const gestureAt = useRef(-Infinity)
  const grownAt = useRef(0)
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const onGesture = () => (gestureAt.current = performance.now())
    for (const gesture of GESTURES) element.addEventListener(gesture, onGesture, { passive: true })
    const observer = new ResizeObserver(() => (grownAt.current = performance.now()))
    observer.observe(element)
    if (element.lastElementChild) observer.observe(element.lastElementChild)
    return () => {
      for (const gesture of GESTURES) element.removeEventListener(gesture, onGesture)
      observer.disconnect()
    }
    // Another stretch is another element.
  }, [scroller, stretch])
  return {
    byPerson: (sameHeight) => {
      const now = performance.now()
      return now - gestureAt.current < GESTURE_MS || (sameHeight && now - grownAt.current > QUIET_MS)
    },
    forget: () => void (gestureAt.current = -Infinity),
  }
}

interface Place {
  rows: Row[]
  /** A row's place in the list. */
  indexOf: (row: number) => number
  atEnd: boolean
  setAtEnd: (atEnd: boolean) => void
  list: RefObject<VirtualizerHandle | null>
  look: () => void
}

/** Opens at the "new" line, or at the end; then follows the end while it is on the screen, and after sending. */
function usePlace({ rows, indexOf, atEnd, setAtEnd, list, look }: Place): void {
  const opened = useRef(false)
  const newest = rows.at(-1)
  const ownIsNewest = newest?.item.kind === 'message' && newest.item.mine
  const newestKey = useRef(newest?.key)
  useLayoutEffect(() => {
    if (rows.length === 0) return
    const justSaid = ownIsNewest && newestKey.current !== newest?.key
    newestKey.current = newest?.key
    const unread = opened.current ? -1 : rows.findIndex((row) => row.newHere)
    opened.current = true
    if (unread > 0) {
      setAtEnd(false)
      list.current?.scrollToIndex(indexOf(unread), { align: 'start', offset: -72 })
      // Where everything fits there is no scroll that would tell.
      requestAnimationFrame(look)
    } else if (atEnd || justSaid) {
      list.current?.scrollToIndex(indexOf(rows.length - 1), { align: 'end' })
    }
    // Only what is at the end matters here: a longer list alone must not move anything.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [newest?.key, rows.length])
}

/** How long what was jumped to stays marked. */
const LIT_MS = 2200
const SETTLING_MS = 400

/** Scrolls to what is jumped to once it is in the list, and marks it for a moment. */
function useTarget(
  { rows, indexOf, setAtEnd, list, look }: Omit<Place, 'atEnd'>,
  wanted: { target: JumpTarget; isShown: boolean } | undefined,
  settling: RefObject<boolean>,
): Seq | undefined {
  const [lit, setLit] = useState<Seq>()
  const done = useRef<JumpTarget>(undefined)
  const latest = useLatest(look)
  const target = wanted?.target
  const place = wanted ? placeOf(rows, wanted) : -1
  useLayoutEffect(() => {
    if (!target || place < 0 || done.current === target) return
    done.current = target
    setAtEnd(false)
    setLit(rows[place]?.item.seq)
    settling.current = true
    list.current?.scrollToIndex(indexOf(place), { align: 'center' })
    setTimeout(() => {
      settling.current = false
      latest.current()
    }, SETTLING_MS)
    // Only the target and whether it is here matter: where it is drawn afterwards is the list's own.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [target, place < 0])
  useEffect(() => {
    if (lit === undefined) return
    const timer = setTimeout(() => setLit(undefined), LIT_MS)
    return () => clearTimeout(timer)
  }, [lit])
  return lit
}

/** Its row, or the one that follows where what stands there shows nothing; -1 while its part of the log is not shown. */
function placeOf(rows: Row[], { target, isShown }: { target: JumpTarget; isShown: boolean }): number {
  const place = rows.findIndex((row) => row.item.seq === target.seq)
  return place < 0 && isShown ? rows.findIndex((row) => (row.item.seq ?? 0) > target.seq) : place
}

/** When the composer grows, the window shrinks or the last rows turn out taller, the end stays where it can be seen. */
function useKeepEndInSight(
  scroller: RefObject<HTMLDivElement | null>,
  atEnd: boolean,
  stretch: number,
): void {
  useEffect(() => {
    const element = scroller.current
    if (!element || !atEnd) return
    const observer = new ResizeObserver(() => element.scrollTo({ top: element.scrollHeight }))
    observer.observe(element)
    if (element.lastElementChild) observer.observe(element.lastElementChild)
    return () => observer.disconnect()
    // Another stretch is another element.
  }, [scroller, atEnd, stretch])
}

/** As of the last drawing, for what happens later: another view may be there then. */
function useLatest(look: () => void): RefObject<() => void> {
  const latest = useRef(look)
  useEffect(() => {
    latest.current = look
  })
  return latest
}

/** The last that followed is here: who stands there already is at the end, and no scroll will tell. */
function useEndReached(moreAfter: boolean, look: () => void): void {
  const wasMore = useRef(moreAfter)
  const latest = useLatest(look)
  useEffect(() => {
    const isReached = wasMore.current && !moreAfter
    wasMore.current = moreAfter
    if (isReached) requestAnimationFrame(() => latest.current())
  }, [moreAfter, latest])
}

/** A window that grows may bring the end into sight: no scroll will tell. */
function useEndUncovered(scroller: RefObject<HTMLDivElement | null>, atEnd: boolean, look: () => void): void {
  const latest = useLatest(look)
  useEffect(() => {
    const element = scroller.current
    if (!element || atEnd) return
    let height = element.clientHeight
    const observer = new ResizeObserver(() => {
      if (element.clientHeight > height) latest.current()
      height = element.clientHeight
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller, atEnd, latest])
}

/** How many messages have come in since the end went out of sight. */
function useBelow(rows: Row[], atEnd: boolean): number {
  const seen = useRef<string>(undefined)
  if (atEnd || seen.current === undefined) seen.current = rows.at(-1)?.key
  if (atEnd) return 0
  const from = rows.findIndex((row) => row.key === seen.current)
  // It is not held any more: how many follow it is not known.
  if (from < 0) return 0
  return rows.slice(from + 1).filter((row) => row.item.kind === 'message' && !row.item.mine).length
}

/**
 * Where the first items do not fill the screen there is nothing to scroll, so more are asked for at once; and so are those that
 * follow, for who stands already where the last answer ended.
 */
function useFillScreen(
  scroller: RefObject<HTMLDivElement | null>,
  view: TimelineView,
  {
    stretch,
    onLoadMore,
    onLoadAfter,
  }: Pick<TimelineListProps, 'onLoadMore' | 'onLoadAfter'> & { stretch: number },
): void {
  const filled = useRef(stretch)
  useEffect(() => {
    // What was jumped to is not in its place yet: the end is in sight only until then.
    const isPlaced = filled.current === stretch
    filled.current = stretch
    const element = scroller.current
    if (!element) return
    const room = element.scrollHeight - element.clientHeight
    if (view.moreBefore && room <= LOAD_BEFORE_PX) onLoadMore()
    else if (isPlaced && view.moreAfter && room - element.scrollTop <= AT_END_PX) onLoadAfter()
  }, [scroller, view, stretch, onLoadMore, onLoadAfter])
}
