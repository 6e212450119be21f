/** One row of the timeline: perhaps a day line, perhaps the "new" line, then a message, a notice or a wait for a key. */
import type { TimelineItem } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { KeyRound } from 'lucide-react'
import { memo } from 'react'
import { text } from '../../text/index.ts'
import { timeOf } from '../../ui/clock.ts'
import { DayLine } from './DayLine.tsx'
import { ReadByLine, type ReadBy } from '../status/ReadBy.tsx'
import { Message } from './Message.tsx'
import type { Row } from './rows.ts'
import './message.css'

interface MessageRowProps {
  row: Row
  channelId: ChannelId
  seed: string
  mayWrite: boolean
  mayPost?: boolean
  /** It was jumped to. */
  lit?: boolean
  inThread?: boolean
  /** Who has read it: one's newest message tells. */
  read?: ReadBy | undefined
}

export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { row, lit } = props
  return (
    <div className={lit ? 'timeline-row message-lit' : 'timeline-row'}>
      {row.newDay && <DayLine at={row.item.at} inThread={props.inThread ?? false} />}
      {row.newHere && (
        <div className="new-line" role="separator" aria-label={text.conversation.newSince}>
          <span>{text.conversation.newSince}</span>
        </div>
      )}
      <Item {...props} item={row.item} />
      {props.read && <ReadByLine read={props.read} />}
    </div>
  )
}, sameRow)

/** Rows are made anew with each snapshot; a row is drawn again only if something of it changed. */
function sameRow(before: MessageRowProps, after: MessageRowProps): boolean {
  const { row: a } = before
  const { row: b } = after
  const sameMarks = a.newDay === b.newDay && a.newHere === b.newHere && a.head === b.head
  const samePlace = before.channelId === after.channelId && before.seed === after.seed
  if (
    !sameMarks ||
    !samePlace ||
    before.mayWrite !== after.mayWrite ||
    before.mayPost !== after.mayPost ||
    before.lit !== after.lit ||
    JSON.stringify(before.read) !== JSON.stringify(after.read)
  )
    return false
  return a.item === b.item || JSON.stringify(a.item) === JSON.stringify(b.item)
}

function Item(props: MessageRowProps & { item: TimelineItem }) {
  const { row, item, channelId, seed, mayWrite, mayPost = mayWrite, inThread = false } = props
  switch (item.kind) {
    case 'message':
      return (
        <Message
          message={item}
          head={row.head}
          channelId={channelId}
          seed={seed}
          mayWrite={mayWrite}
          mayPost={mayPost}
          inThread={inThread}
        />
      )
    case 'notice':
      return (
        <p className="notice small muted">
          <span dir="auto">{item.text}</span> <time className="notice-time tabular">{timeOf(item.at)}</time>
        </p>
      )
    case 'waiting-for-key':
      return (
        <p className="notice small muted">
          <KeyRound size={16} aria-hidden="true" />
          {text.conversation.waitingForKey(item.authorName)}
        </p>
      )
  }
}
