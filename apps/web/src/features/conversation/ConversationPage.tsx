/** One conversation: its header, the messages, who types, the composer; and beside it a thread, pins, members or details. */
import type { ChannelView, TimelineView } from '@reforms/client'
import type { ChannelId, Seq } from '@reforms/protocol'
import { MessageCircleOff } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Pane, Route } from '../../route/route.ts'
import { text } from '../../text/index.ts'
import { Callout } from '../../ui/Callout.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { useEngine, usePeople, useQuery } from '../../watch/engine.tsx'
import { ChannelPane } from '../channels/ChannelPane.tsx'
import { ActsProvider, type ConversationActs } from './acts.ts'
import { Announcer } from './Announcer.tsx'
import { Beginning } from './Beginning.tsx'
import { Composer } from './Composer.tsx'
import { ConversationHeader } from './ConversationHeader.tsx'
import { DropTarget } from './DropTarget.tsx'
import { Ended } from './Ended.tsx'
import { PinsPane } from './PinsPane.tsx'
import { readsOnly } from './reads-only.ts'
import { newestSeq } from './rows.ts'
import { ThreadPane } from './ThreadPane.tsx'
import { TimelineList, type JumpTarget } from './TimelineList.tsx'
import { TimelineSkeleton } from './TimelineSkeleton.tsx'
import { QuietHint } from '../status/QuietHint.tsx'
import { TypingLine } from './TypingLine.tsx'
import { isOwnWords, useConversationActs, type Answering } from './useConversationActs.ts'
import { useJump } from './useJump.ts'
import { usePageVisible } from './usePageVisible.ts'
import { useTimeline, type Timeline } from './useTimeline.ts'
import './conversation.css'

export function ConversationPage({ route }: { route: Extract<Route, { place: 'channel' }> }) {
  const { channelId, pane, root, seq } = route
  const channel = useQuery('channel', { channelId })
  const missing = useStaysMissing(channel)
  if (missing) {
    return (
      <main className="conversation" aria-label={text.conversation.gone}>
        <Empty icon={<MessageCircleOff size={20} />} title={text.conversation.gone}>
          {text.conversation.goneLead}
        </Empty>
      </main>
    )
  }
  return (
    <Conversation key={channelId} channelId={channelId} channel={channel} pane={pane} root={root} seq={seq} />
  )
}

const MISSING_AFTER_MS = 1500

/** A channel that is being fetched is not missing yet. */
function useStaysMissing(channel: ChannelView | undefined): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (channel) return setLate(false)
    const timer = setTimeout(() => setLate(true), MISSING_AFTER_MS)
    return () => clearTimeout(timer)
  }, [channel])
  return late && !channel
}

interface ConversationProps {
  channelId: ChannelId
  channel: ChannelView | undefined
  pane: Pane | undefined
  root: Seq | undefined
  seq: Seq | undefined
}

function Conversation({ channelId, channel, pane, root, seq }: ConversationProps) {
  const timeline = useTimeline(channelId)
  const dropped = useRef<((files: File[]) => void) | null>(null)
  const answering = useRef<Answering | null>(null)
  const { target, jump, jumpToTime, toNewest } = useJump(timeline, channelId, seq)
  const acts = useConversationActs({ channelId, answering, jump, jumpToTime })
  const mayWrite = channel?.place === 'member' && !channel.archived && !channel.ended
  const mayPost = mayWrite && !readsOnly(channel)
  const editLast = useEditLast(timeline.view, acts.edit)
  return (
    <ActsProvider value={acts}>
      <main className="conversation" aria-label={channel?.name ?? text.conversation.messages}>
        <DropTarget onFiles={(files) => mayPost && dropped.current?.(files)}>
          {channel ? (
            <ConversationHeader channel={channel} pane={pane} />
          ) : (
            <div className="conversation-header" />
          )}
          {channel && channel.warnings.length > 0 && <Warnings warnings={channel.warnings} />}
          <Messages
            timeline={timeline}
            channel={channel}
            mayWrite={mayWrite}
            mayPost={mayPost}
            target={target}
            threadOf={pane === 'thread' ? root : undefined}
            onJump={jump}
            onNewest={toNewest}
          />
          <QuietHint channel={channel} />
          <TypingLine channel={channel} />
          {mayPost ? (
            <Composer
              channelId={channelId}
              name={channel.name}
              dropped={dropped}
              answering={answering}
              onEditLast={editLast}
              onSaid={toNewest}
            />
          ) : (
            <Closed channel={channel} />
          )}
        </DropTarget>
      </main>
      {channel && <SidePane channel={channel} pane={pane} root={root} mayWrite={mayWrite} />}
    </ActsProvider>
  )
}

/** The same for every view. */
function useEditLast(view: TimelineView | undefined, edit: ConversationActs['edit']): () => void {
  const shown = useRef(view)
  shown.current = view
  return useCallback(() => {
    const last = shown.current?.items.findLast((item) => isOwnWords(item))
    if (last) edit(last.key)
  }, [edit])
}

interface SidePaneProps {
  channel: ChannelView
  pane: Pane | undefined
  root: Seq | undefined
  mayWrite: boolean
}

function SidePane({ channel, pane, root, mayWrite }: SidePaneProps) {
  switch (pane) {
    case undefined:
      return null
    case 'thread':
      return root === undefined ? null : <ThreadPane channel={channel} root={root} mayWrite={mayWrite} />
    case 'pins':
      return <PinsPane channel={channel} mayWrite={mayWrite} />
    default:
      return <ChannelPane channel={channel} pane={pane} />
  }
}

interface MessagesProps {
  timeline: Timeline
  channel: ChannelView | undefined
  mayWrite: boolean
  mayPost: boolean
  target: JumpTarget | undefined
  /** The thread that is open beside the messages. */
  threadOf: Seq | undefined
  onJump: (seq: Seq) => void
  onNewest: () => void
}

function Messages({
  timeline,
  channel,
  mayWrite,
  mayPost,
  target,
  threadOf,
  onJump,
  onNewest,
}: MessagesProps) {
  const { view, loadMore, loadAfter, setAtEnd: noteAtEnd } = timeline
  const people = usePeople()
  const [atEnd, setAtEnd] = useState(true)
  const onAtEnd = useCallback(
    (end: boolean) => {
      noteAtEnd(end)
      setAtEnd(end)
    },
    [noteAtEnd],
  )
  const seedOf = useCallback(
    (userId: string) => people.find((person) => person.userId === userId)?.colourSeed ?? '',
    [people],
  )
  useMarkRead(timeline, atEnd)
  useShorten(timeline, atEnd)
  if (!view || !channel || (view.loading && view.items.length === 0)) return <TimelineSkeleton />
  return (
    <>
      <TimelineList
        channelId={channel.channelId}
        view={view}
        beginning={<Beginning channel={channel} />}
        seedOf={seedOf}
        mayWrite={mayWrite}
        mayPost={mayPost}
        target={target}
        onLoadMore={loadMore}
        onLoadAfter={loadAfter}
        onNewest={onNewest}
        onAtEnd={onAtEnd}
        onJump={onJump}
      />
      <Announcer view={view} threadOf={threadOf} />
    </>
  )
}

/** What is at the end of the list on a page that is looked at has been read. */
function useMarkRead({ view }: Timeline, atEnd: boolean): void {
  const engine = useEngine()
  const visible = usePageVisible()
  const channelId = view?.channelId
  const seq = view ? newestSeq(view.items) : 0
  useEffect(() => {
    if (!channelId || !atEnd || !visible || seq === 0) return
    // It is repeated with the next message, so a failure is not worth words.
    engine.send('channel.markRead', { channelId, seq }).catch(() => undefined)
  }, [engine, channelId, seq, atEnd, visible])
}

/** Nobody looks at the beginning of a long list while its end is on the screen. */
function useShorten({ shorten }: Timeline, atEnd: boolean): void {
  useEffect(() => {
    if (atEnd) shorten()
  }, [shorten, atEnd])
}

function Warnings({ warnings }: { warnings: string[] }) {
  return (
    <div className="conversation-warnings">
      {warnings.map((warning) => (
        <Callout key={warning} look="caution">
          {warning}
        </Callout>
      ))}
    </div>
  )
}

function Closed({ channel }: { channel: ChannelView | undefined }) {
  if (!channel) return <div className="composer-closed" />
  if (channel.ended) return <Ended channel={channel} />
  const words = () => {
    if (channel.archived) return text.conversation.archived
    if (channel.place === 'member') return text.conversation.onlyModerators
    if (channel.place === 'joining') return text.conversation.joining
    return channel.place === 'leaving' ? text.conversation.leaving : text.conversation.notMember
  }
  return (
    <div className="composer-closed">
      <Callout>{words()}</Callout>
    </div>
  )
}
