/** Stands beside the name of a guest wherever the name stands: somebody from outside who sees only what they were let into. */
import type { UserId } from '@reforms/protocol'
import { text } from '../../text/index.ts'
import { usePeople } from '../../watch/engine.tsx'

export function GuestMark({ userId }: { userId: UserId | undefined }) {
  const person = usePeople().find((each) => each.userId === userId)
  return person?.role === 'guest' ? <span className="tag">{text.people.guest}</span> : null
}
