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
import { useGesture, type Gesture } from './useGesture.ts'
import { useKeepMiddle } from './useKeepMiddle.ts'
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
    scroller,
    list,
    look,
    gesture,
  })
  const lit = useTarget(
    { rows, indexOf: (row) => keys.length - rows.length + row, setAtEnd, list, look },
    props.target && { target: props.target, isShown: view.place === props.target.seq },
    settling,
  )
  const keepMiddle = useKeepMiddle({
    scroller,
    rows,
    isElsewhere: () => atNewest || settling.current || gesture.byPerson(false),
  })
  useKeepEndInSight(scroller, atNewest, { stretch, gesture, look })
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
          onResize={keepMiddle}
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
      gesture.goesUp() ||
      (scrollTop < last.current.scrollTop && gesture.byPerson(scrollHeight === last.current.scrollHeight))
    )
      setAtEnd(false)
    last.current = { scrollTop, scrollHeight }
    if (scrollTop < LOAD_BEFORE_PX) onNearTop()
    else if (scrollHeight - scrollTop - clientHeight < LOAD_BEFORE_PX) onNearBottom()
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
  scroller: RefObject<HTMLDivElement | null>
  gesture: Gesture
}

/** Opens at the "new" line, or at the end; then follows the end while it is on the screen, and after sending. */
function usePlace({ rows, indexOf, atEnd, setAtEnd, scroller, list, look, gesture }: Place): void {
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
    } else if (justSaid) {
      gesture.forget()
      list.current?.scrollToIndex(indexOf(rows.length - 1), { align: 'end' })
    } else if (atEnd && !gesture.goesUp()) {
      // The list's own way there insists on it until all rows have their heights, against who scrolls meanwhile.
      scrollToEnd(scroller.current)
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
  { rows, indexOf, setAtEnd, list, look }: Omit<Place, 'atEnd' | 'scroller' | 'gesture'>,
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

function scrollToEnd(element: HTMLElement | null): void {
  element?.scrollTo({ top: element.scrollHeight })
}

interface Following {
  stretch: number
  gesture: Gesture
  look: () => void
}

/**
 * When the composer grows, the window shrinks or rows turn out taller, the end stays where it can be seen; not for who is leaving it at
 * that moment.
 */
function useKeepEndInSight(
  scroller: RefObject<HTMLDivElement | null>,
  atEnd: boolean,
  { stretch, gesture, look }: Following,
): void {
  const latest = useLatest(look)
  const { goesUp } = gesture
  useLayoutEffect(() => {
    const element = scroller.current
    const rows = element?.lastElementChild
    if (!element || !rows || !atEnd) return
    const follow = () => {
      if (goesUp()) latest.current()
      else scrollToEnd(element)
    }
    const observer = new ResizeObserver(follow)
    observer.observe(element)
    // The list gives its rows room in the very frame in which they have grown; that it is larger would be told after it was drawn.
    let height = element.scrollHeight
    const grown = new MutationObserver(() => {
      if (height === element.scrollHeight) return
      height = element.scrollHeight
      follow()
    })
    grown.observe(rows, { attributeFilter: ['style'] })
    return () => {
      observer.disconnect()
      grown.disconnect()
    }
    // Another stretch is another element.
  }, [scroller, atEnd, stretch, goesUp, latest])
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
