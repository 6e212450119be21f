/** Under the root of a thread: who answered, how often, when last, and what is new. It opens the thread. */
import type { ThreadSummary } from '@reforms/client'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { whenOf } from '../../ui/clock.ts'
import { usePeople } from '../../watch/engine.tsx'

export function ThreadLine({ thread, onOpen }: { thread: ThreadSummary; onOpen: () => void }) {
  const people = usePeople()
  const seedOf = (userId: string) => people.find((person) => person.userId === userId)?.colourSeed ?? ''
  const { count, unread } = thread
  return (
    <button type="button" className="thread-line small" onClick={onOpen}>
      <span className="thread-faces" aria-hidden="true">
        {thread.people.map(({ userId, name }) => (
          <Avatar key={userId} size="tiny" name={name} seed={seedOf(userId)} />
        ))}
      </span>
      <span className="thread-count">{text.conversation.answers(count)}</span>
      {unread > 0 && <span className="badge">{text.conversation.answersNew(unread)}</span>}
      <span className="muted">{text.conversation.lastAnswer(whenOf(thread.lastAt, Date.now()))}</span>
    </button>
  )
}
