/** Which conversation this is, what it is about, and the ways to its members and details. */
import type { ChannelView, Member } from '@reforms/client'
import { ArrowLeft, CalendarDays, Info, MessagesSquare, Pin, TextSearch, Timer, Users } from 'lucide-react'
import { memo } from 'react'
import type { Pane } from '../../route/route.ts'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { useChannels, useMe } from '../../watch/engine.tsx'
import { ChannelGlyph } from '../channels/ChannelGlyph.tsx'
import { DETAILS_SHORTCUT } from '../frame/shortcuts.ts'
import { StatusMark } from '../status/StatusMark.tsx'
import { useOpenSearch } from '../frame/open-search.ts'
import { GuestMark } from '../people/GuestMark.tsx'
import { useDayField } from './DayField.tsx'

interface ConversationHeaderProps {
  channel: ChannelView
  pane: Pane | undefined
}

/** Messages come and go below it: it is drawn again only for a change of its own. */
export const ConversationHeader = memo(function ConversationHeader({
  channel,
  pane,
}: ConversationHeaderProps) {
  const { channelId } = channel
  const openSearch = useOpenSearch()
  const other = useOther(channel)
  const toggle = (which: Exclude<Pane, 'thread'>) =>
    go({ place: 'channel', channelId, ...(pane === which ? {} : { pane: which }) })
  return (
    <header className="conversation-header">
      <IconButton
        className="back"
        name={text.ui.back}
        icon={<ArrowLeft size={20} className="icon-flips" />}
        onClick={() => go({ place: 'home' })}
      />
      <Picture channel={channel} />
      <div className="grow">
        <h1 className="conversation-name">
          <button
            type="button"
            className="conversation-open truncate"
            dir="auto"
            title={text.conversation.details}
            onClick={() => toggle('details')}
          >
            {channel.name}
          </button>
          <GuestMark userId={other?.userId} />
        </h1>
        <p className="conversation-topic muted small truncate" dir="auto">
          <StatusMark shows={other?.shows} words="shown" />{' '}
          {channel.topic || text.conversation.memberCount(channel.members.length)}
        </p>
      </div>
      {channel.retentionDays > 0 && <Disappearing days={channel.retentionDays} />}
      <UnreadThreads channelId={channelId} />
      <IconButton
        name={text.conversation.pins}
        aria-pressed={pane === 'pins'}
        icon={<Pin size={20} />}
        onClick={() => toggle('pins')}
      />
      <DayButton />
      <IconButton
        name={text.search.inThis}
        icon={<TextSearch size={20} />}
        onClick={() => openSearch(`in:"${channel.name}" `)}
      />
      <IconButton
        name={text.conversation.members}
        aria-pressed={pane === 'members'}
        icon={<Users size={20} />}
        onClick={() => toggle('members')}
      />
      <IconButton
        name={text.conversation.details}
        shortcut={DETAILS_SHORTCUT}
        aria-pressed={pane === 'details'}
        icon={<Info size={20} />}
        onClick={() => toggle('details')}
      />
    </header>
  )
})

/** On a narrow screen only the lines between days ask for one. */
function DayButton() {
  const { field, ask } = useDayField()
  return (
    <span className="day-choice header-day">
      <IconButton name={text.conversation.goToDay} icon={<CalendarDays size={20} />} onClick={ask} />
      {field}
    </span>
  )
}

/** What is written here does not stay. */
function Disappearing({ days }: { days: number }) {
  return (
    <span className="tag header-disappearing" title={text.channels.retentionMark(days)}>
      <Timer size={16} aria-hidden="true" />
      <span aria-hidden="true">{text.channels.retentionShort(days)}</span>
      <span className="hidden-visually">{text.channels.retentionMark(days)}</span>
    </span>
  )
}

/** Leads to the thread with the newest answers that were not read, while there is one. */
function UnreadThreads({ channelId }: Pick<ChannelView, 'channelId'>) {
  const threads = useChannels().find((item) => item.channelId === channelId)?.threads
  const [root] = threads ?? []
  if (!threads || root === undefined) return null
  return (
    <IconButton
      className="header-threads"
      name={text.frame.threads(threads.length)}
      icon={
        <>
          <MessagesSquare size={20} />
          <span className="badge" aria-hidden="true">
            {threads.length}
          </span>
        </>
      }
      onClick={() => go({ place: 'channel', channelId, pane: 'thread', root })}
    />
  )
}

function Picture({ channel }: { channel: ChannelView }) {
  const other = useOther(channel)
  if (other) {
    return <Avatar name={other.displayName} seed={other.colourSeed} presence={other.presence} />
  }
  return <ChannelGlyph kind={channel.kind} size={20} />
}

/** The only other person of a direct conversation. */
function useOther({ kind, members }: ChannelView): Member | undefined {
  const me = useMe()
  const others = members.filter((member) => member.userId !== me?.userId)
  return kind === 'direct' && others.length === 1 ? others[0] : undefined
}
