/** A channel's members, or its details, in the pane at the right. */
import type { ChannelView } from '@reforms/client'
import { text } from '../../text/index.ts'
import { ChannelDetails } from './ChannelDetails.tsx'
import { MemberList } from './MemberList.tsx'
import { PaneFrame } from './PaneFrame.tsx'

export function ChannelPane({ channel, pane }: { channel: ChannelView; pane: 'members' | 'details' }) {
  const { channelId, members } = channel
  if (pane === 'members') {
    return (
      <PaneFrame
        channelId={channelId}
        name={text.conversation.members}
        title={text.channels.membersTitle(members.length)}
      >
        <MemberList channel={channel} />
      </PaneFrame>
    )
  }
  return (
    <PaneFrame channelId={channelId} name={text.channels.details} title={text.channels.details}>
      <ChannelDetails channel={channel} />
    </PaneFrame>
  )
}
