/**
 * A thread in the pane at the right: its root, the answers, and a field of its own. What is looked at is read. It stays at its end
 * while that is in sight; who has scrolled back stays where they are.
 */
import type { ChannelView, TimelineItem } from '@reforms/client'
import type { Seq } from '@reforms/protocol'
import { useEffect, useLayoutEffect, useMemo, useRef, type RefObject } from 'react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Callout } from '../../ui/Callout.tsx'
import { Pane } from '../../ui/Pane.tsx'
import { useEngine, usePeople, useQuery } from '../../watch/engine.tsx'
import { Announcer } from './Announcer.tsx'
import { Composer } from './Composer.tsx'
import { MessageRow } from './MessageRow.tsx'
import { readsOnly } from './reads-only.ts'
import { newestSeq, rowsOf, type Row } from './rows.ts'
import { useGesture } from './useGesture.ts'
import { useKeepMiddleOfAll } from './useKeepMiddle.ts'
import { usePageVisible } from './usePageVisible.ts'
import './thread.css'

interface ThreadPaneProps {
  channel: ChannelView
  root: Seq
  mayWrite: boolean
}

const NONE: TimelineItem[] = []
/** So near to the end counts as at the end. */
const AT_END_PX = 60

export function ThreadPane({ channel, root, mayWrite }: ThreadPaneProps) {
  const { channelId } = channel
  const view = useQuery('thread', { channelId, root })
  const items = view?.items ?? NONE
  useRootIsHere(channel, root)
  useThreadRead(channel, root, newestSeq(items))
  const first = items.find((item) => item.seq === root)
  const title =
    first?.kind === 'message' ? text.conversation.threadOf(first.authorName) : text.conversation.thread
  return (
    <Pane
      full
      onClose={() => go({ place: 'channel', channelId })}
      name={text.conversation.thread}
      title={title}
    >
      <Answers key={root} channel={channel} root={root} items={items} mayWrite={mayWrite} />
      {view && <Spoken key={root} root={root} items={items} />}
      {mayWrite && (
        <Composer
          threadOnly={readsOnly(channel)}
          key={root}
          channelId={channelId}
          name={text.conversation.threadComposer}
          label={text.conversation.threadComposer}
          thread={root}
        />
      )}
    </Pane>
  )
}

function Answers({ channel, root, items, mayWrite }: ThreadPaneProps & { items: TimelineItem[] }) {
  const people = usePeople()
  const rows = useMemo(() => rowsOf({ items: items.map(inThread) }), [items])
  const list = useRef<HTMLDivElement>(null)
  const { look, isAtEnd } = useEndOfThread(list, rows)
  const gesture = useGesture(list, 0)
  useKeepMiddleOfAll({ scroller: list, isElsewhere: () => isAtEnd() || gesture.byPerson(false) })
  const seedOf = (userId: string) => people.find((person) => person.userId === userId)?.colourSeed ?? ''
  const hasRoot = items.some(({ seq }) => seq === root)
  return (
    <div
      ref={list}
      className="thread-list"
      role="log"
      aria-label={text.conversation.thread}
      aria-live="off"
      tabIndex={0}
      onScroll={look}
    >
      {!hasRoot && <Callout>{text.conversation.threadGone}</Callout>}
      <div>
        {rows.map((row) => (
          <MessageRow
            key={row.key}
            inThread
            row={row}
            channelId={channel.channelId}
            mayWrite={mayWrite}
            mayPost={mayWrite && !readsOnly(channel)}
            seed={row.item.kind === 'message' ? seedOf(row.item.author) : ''}
          />
        ))}
      </div>
    </div>
  )
}

interface EndOfThread {
  /** To be called after a scroll. */
  look: () => void
  isAtEnd: () => boolean
}

/** Follows the end for who is there, also where it gets a first reaction, and after sending. */
function useEndOfThread(list: RefObject<HTMLDivElement | null>, rows: readonly Row[]): EndOfThread {
  const atEnd = useRef(true)
  const newest = rows.at(-1)
  const ownKey = newest?.item.kind === 'message' && newest.item.mine ? newest.key : undefined
  const said = useRef(ownKey)
  useLayoutEffect(() => {
    const justSaid = ownKey !== undefined && ownKey !== said.current
    said.current = ownKey
    if (justSaid) atEnd.current = true
    if (list.current && atEnd.current) list.current.scrollTop = list.current.scrollHeight
  }, [list, rows, ownKey])
  const look = () => {
    if (!list.current) return
    const { scrollTop, scrollHeight, clientHeight } = list.current
    atEnd.current = scrollHeight - scrollTop - clientHeight < AT_END_PX
  }
  return { look, isAtEnd: () => atEnd.current }
}

/** Answers that were fetched before what they answer are none that have just come. */
function Spoken({ root, items }: { root: Seq; items: TimelineItem[] }) {
  const view = useMemo(
    () => ({ items, moreBefore: !items.some(({ seq }) => seq === root), moreAfter: false }),
    [root, items],
  )
  return <Announcer view={view} />
}

/** Everything here answers the root: that need not be said, and breaks no group. Only the first stands apart from the root, under a name. */
function inThread(item: TimelineItem, index: number): TimelineItem {
  if (index === 1 || item.kind !== 'message' || !item.answers?.thread) return item
  const { answers: _, ...rest } = item
  return rest
}

/** A thread may be opened by a link before its beginning was fetched. */
function useRootIsHere({ channelId }: ChannelView, root: Seq): void {
  const engine = useEngine()
  useEffect(() => {
    // Where it cannot be had, the pane says so by itself.
    engine.send('message.find', { channelId, seq: root }).catch(() => undefined)
  }, [engine, channelId, root])
}

function useThreadRead({ channelId }: ChannelView, root: Seq, seq: Seq): void {
  const engine = useEngine()
  const visible = usePageVisible()
  useEffect(() => {
    if (!visible || seq <= root) return
    // It is repeated with the next answer, so a failure is not worth words.
    engine.send('thread.markRead', { channelId, root, seq }).catch(() => undefined)
  }, [engine, channelId, root, seq, visible])
}
