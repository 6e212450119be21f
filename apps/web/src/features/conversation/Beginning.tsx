/** What stands before the first message: which conversation this is, and who can read it. */
import type { ChannelView } from '@reforms/client'
import { text } from '../../text/index.ts'
import { readableBy } from '../channels/readable.ts'

export function Beginning({ channel }: { channel: ChannelView }) {
  const direct = channel.kind === 'direct'
  const words = direct ? text.conversation.beginningDirect : text.conversation.beginning
  return (
    <header className="timeline-beginning">
      <h2 dir="auto">{channel.beganBefore ? text.conversation.cameHere : words(channel.name)}</h2>
      {channel.beganBefore && <p>{text.conversation.cameHereLead}</p>}
      {channel.topic && <p dir="auto">{channel.topic}</p>}
      <p className="muted">{readableBy(channel)}</p>
      {channel.retentionDays > 0 && (
        <p className="muted">{text.channels.retentionAfter(channel.retentionDays)}</p>
      )}
    </header>
  )
}
