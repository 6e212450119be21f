/** The pane at the right of a conversation: its members, or its details. */
import type { ChannelView } from '@reforms/client'
import { X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { Pane } from '../../route/route.ts'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { ChannelDetails } from './ChannelDetails.tsx'
import { MemberList } from './MemberList.tsx'
import './channels.css'

export function ChannelPane({ channel, pane }: { channel: ChannelView; pane: Pane }) {
  const title =
    pane === 'members' ? text.channels.membersTitle(channel.members.length) : text.channels.details
  const heading = useRef<HTMLHeadingElement>(null)
  // Where the pane covers the conversation, the focus goes along; beside it, the composer keeps it.
  useEffect(() => {
    if (matchMedia('(max-width: 68rem)').matches) heading.current?.focus({ preventScroll: true })
  }, [pane])
  return (
    <aside
      className="pane"
      aria-label={pane === 'members' ? text.conversation.members : text.channels.details}
    >
      <header className="pane-header">
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <IconButton
          name={text.ui.close}
          icon={<X size={20} />}
          onClick={() => go({ place: 'channel', channelId: channel.channelId })}
        />
      </header>
      <div className="pane-body">
        {pane === 'members' ? <MemberList channel={channel} /> : <ChannelDetails channel={channel} />}
      </div>
    </aside>
  )
}
