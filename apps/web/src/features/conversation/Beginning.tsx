/** What stands before the first message: which conversation this is, and who can read it. */
import type { ChannelView } from '@reforms/client'
import { UserRoundPlus } from 'lucide-react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { readableBy } from '../channels/readable.ts'
import { mayAdd } from '../channels/rights.ts'
import { useOpenSheet } from '../frame/sheets.ts'

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
      {channel.members.length === 1 && mayAdd(channel) && <AddPeople channel={channel} />}
    </header>
  )
}

/** Whoever has just made a channel is alone in it. */
function AddPeople({ channel: { channelId, name } }: { channel: ChannelView }) {
  const openSheet = useOpenSheet()
  return (
    <div className="row">
      <Button icon={<UserRoundPlus size={16} />} onClick={() => openSheet({ channelId, dialog: 'add' })}>
        <bdi>{text.channels.addTitle(name)}</bdi>
      </Button>
    </div>
  )
}
