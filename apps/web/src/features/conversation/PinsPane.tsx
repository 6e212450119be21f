/** What is pinned in a channel, in the pane at the right. Each leads to where it was said. */
import type { ChannelView } from '@reforms/client'
import { Pin } from 'lucide-react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Pane } from '../../ui/Pane.tsx'
import { usePeople, useQuery } from '../../watch/engine.tsx'
import { useActs } from './acts.ts'
import { MessageRow } from './MessageRow.tsx'
import { readsOnly } from './reads-only.ts'
import './thread.css'

export function PinsPane({ channel, mayWrite }: { channel: ChannelView; mayWrite: boolean }) {
  const { channelId } = channel
  const { jump } = useActs()
  const people = usePeople()
  const items = useQuery('pins', { channelId })?.items ?? []
  const seedOf = (userId: string) => people.find((person) => person.userId === userId)?.colourSeed ?? ''
  return (
    <Pane
      onClose={() => go({ place: 'channel', channelId })}
      name={text.conversation.pins}
      title={text.conversation.pins}
    >
      {items.length === 0 && (
        <Empty icon={<Pin size={20} />} title={text.conversation.pinsNone}>
          {text.conversation.pinsNoneLead}
        </Empty>
      )}
      <ul className="pins">
        {items.map((item) => (
          <li key={item.key}>
            <MessageRow
              row={{ key: item.key, item, newDay: true, newHere: false, head: true }}
              channelId={channelId}
              mayWrite={mayWrite}
              mayPost={mayWrite && !readsOnly(channel)}
              seed={item.kind === 'message' ? seedOf(item.author) : ''}
            />
            <div className="pin-go">
              <Button size="small" onClick={() => item.seq !== undefined && jump(item.seq)}>
                {text.conversation.goTo}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </Pane>
  )
}
