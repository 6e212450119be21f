/** A channel's members, or its details, in the pane at the right. */
import type { ChannelView } from '@reforms/client'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Pane } from '../../ui/Pane.tsx'
import { ChannelDetails } from './ChannelDetails.tsx'
import { MemberList } from './MemberList.tsx'
import './channels.css'

export function ChannelPane({ channel, pane }: { channel: ChannelView; pane: 'members' | 'details' }) {
  const { channelId, members } = channel
  const close = () => go({ place: 'channel', channelId })
  if (pane === 'members') {
    return (
      <Pane
        onClose={close}
        name={text.conversation.members}
        title={text.channels.membersTitle(members.length)}
      >
        <MemberList channel={channel} />
      </Pane>
    )
  }
  return (
    <Pane onClose={close} name={text.channels.details} title={text.channels.details}>
      <ChannelDetails channel={channel} />
    </Pane>
  )
}
