/** What stands before the first message: which conversation this is, and who can read it. */
import type { ChannelView } from '@reforms/client'
import { text } from '../../text/index.ts'
import { readableBy } from '../channels/readable.ts'

export function Beginning({ channel }: { channel: ChannelView }) {
  const direct = channel.kind === 'direct'
  return (
    <header className="timeline-beginning">
      <h2 dir="auto">
        {direct ? text.conversation.beginningDirect(channel.name) : text.conversation.beginning(channel.name)}
      </h2>
      {channel.topic && <p dir="auto">{channel.topic}</p>}
      <p className="muted">{readableBy(channel)}</p>
    </header>
  )
}
