/** All threads that the user is in, whatever their channel: the one that was answered last first. */
import type { ThreadItem } from '@reforms/client'
import { MessagesSquare } from 'lucide-react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Page } from '../../ui/Page.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useQuery } from '../../watch/engine.tsx'
import { PlacedList } from './PlacedList.tsx'
import { Placed } from './PlacedMessage.tsx'

const NAMES_SHOWN = 3

export function ThreadsPage() {
  const threads = useQuery('threads', {})
  return (
    <Page title={text.personal.threads} onBack={() => go({ place: 'home' })}>
      {!threads && <Skeleton lines={4} />}
      {threads?.length === 0 && (
        <Empty icon={<MessagesSquare size={20} />} title={text.personal.threadsNone}>
          {text.personal.threadsNoneLead}
        </Empty>
      )}
      {threads && threads.length > 0 && (
        <PlacedList label={text.personal.threads}>
          {threads.map((thread) => (
            <Thread key={`${thread.channelId}/${thread.seq}`} thread={thread} />
          ))}
        </PlacedList>
      )}
    </Page>
  )
}

function Thread({ thread }: { thread: ThreadItem }) {
  const { channelId, seq, count, people, unread } = thread
  return (
    <Placed
      message={thread}
      to={{ place: 'channel', channelId, pane: 'thread', root: seq }}
      unread={unread > 0}
      foot={
        <>
          <span className="truncate">
            {text.personal.answered(count, people.slice(0, NAMES_SHOWN).join(', '))}
          </span>
          {unread > 0 && <span className="badge">{text.personal.newAnswers(unread)}</span>}
        </>
      }
    />
  )
}
