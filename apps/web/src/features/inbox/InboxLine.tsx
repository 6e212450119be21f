/** One line of the inbox: who wants something, where, when, and the words; with what can be done with it. */
import type { InboxItem, InboxMark } from '@reforms/client'
import {
  AtSign,
  Check,
  Clock,
  CornerUpLeft,
  DoorOpen,
  Megaphone,
  MessagesSquare,
  RotateCcw,
  SmilePlus,
} from 'lucide-react'
import { Fragment, type ReactNode } from 'react'
import { text } from '../../text/index.ts'
import { dateAndTimeOf } from '../../ui/clock.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { DONE_KEY, SNOOZE_KEY } from '../frame/shortcuts.ts'
import { Sign } from '../emoji/OurEmoji.tsx'
import { Placed, whereOf } from '../personal/PlacedMessage.tsx'
import { useMarking } from './useMarking.ts'

const ICONS = {
  mention: AtSign,
  everybody: Megaphone,
  answer: MessagesSquare,
  reply: CornerUpLeft,
  reaction: SmilePlus,
  invitation: DoorOpen,
}
const NAMES_SHOWN = 2

/** Stays with the line while others join it. */
export function keyOf({ channelId, kind, seq, seqs, thread }: InboxItem): string {
  const of = kind === 'answer' ? (thread ?? seq) : kind === 'reaction' ? seq : seqs[0]
  return `${channelId}/${kind}/${of}`
}

interface InboxLineProps {
  item: InboxItem
  show: 'new' | 'snoozed' | 'read'
  onSnooze: (mark: InboxMark) => void
}

export function InboxLine({ item, show, onSnooze }: InboxLineProps) {
  const mark = useMarking(item)
  const name = namesOf(item)
  const snooze = () => onSnooze(markOf(item))
  const read = () => mark.read()
  const isNew = show === 'new'
  return (
    <Placed
      message={item}
      who={{ name, userId: item.people[0]?.userId, at: item.at }}
      unread={isNew}
      placeInFoot
      foot={<What item={item} show={show} />}
      keys={show === 'read' ? {} : { [DONE_KEY]: read, [SNOOZE_KEY]: snooze }}
      {...(item.kind === 'invitation' ? { words: text.inbox.invited } : {})}
      {...(isNew ? { onOpen: mark.opened } : {})}
    >
      <span className="row inbox-acts">
        {show === 'read' ? (
          <Act name={text.inbox.markNewNamed(name)} icon={<RotateCcw size={20} />} onClick={mark.unread} />
        ) : (
          <>
            <Act
              name={text.inbox.snoozeNamed(name)}
              shortcut={SNOOZE_KEY}
              icon={<Clock size={20} />}
              onClick={snooze}
            />
            <Act
              name={text.inbox.markReadNamed(name)}
              shortcut={DONE_KEY}
              icon={<Check size={20} />}
              onClick={read}
            />
          </>
        )}
      </span>
    </Placed>
  )
}

function Act(props: { name: string; icon: ReactNode; shortcut?: string; onClick: () => void }) {
  return <IconButton {...props} />
}

/** What holds of it now. */
function markOf({ channelId, seqs, until }: InboxItem): InboxMark {
  return { channelId, seqs, ...(until === undefined ? {} : { until }) }
}

function namesOf({ people, channelName }: InboxItem): string {
  const shown = people.slice(0, NAMES_SHOWN).map((person) => person.name)
  if (shown.length === 0) return channelName
  const names = shown.join(', ')
  return people.length > NAMES_SHOWN ? text.inbox.more(names, people.length - NAMES_SHOWN) : names
}

function What({ item, show }: Pick<InboxLineProps, 'item' | 'show'>) {
  const Icon = ICONS[item.kind]
  const came = item.until !== undefined && show === 'new'
  return (
    <>
      <span className="inbox-what">
        <Icon size={16} aria-hidden="true" />
        <span className="truncate">
          {whatOf(item)}
          {item.emoji?.map((sign) => (
            <Fragment key={sign}>
              {' '}
              <Sign sign={sign} />
            </Fragment>
          ))}
        </span>
      </span>
      <bdi className="truncate">{whereOf(item)}</bdi>
      {came && <span className="badge">{text.inbox.cameBack}</span>}
      {show === 'snoozed' && item.until !== undefined && (
        <span className="tabular">{text.inbox.until(dateAndTimeOf(item.until))}</span>
      )}
    </>
  )
}

function whatOf({ kind, seqs }: InboxItem): string {
  switch (kind) {
    case 'answer':
      return text.inbox.kind.answer(seqs.length)
    case 'reaction':
      return text.inbox.kind.reaction
    default:
      return text.inbox.kind[kind]
  }
}
