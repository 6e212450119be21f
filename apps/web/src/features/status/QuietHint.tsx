/** Above the field of a direct conversation whose other person is not to be disturbed: what is written there waits. */
import type { ChannelView } from '@reforms/client'
import { Moon } from 'lucide-react'
import { text } from '../../text/index.ts'
import { untilOf } from '../../ui/clock.ts'
import { useMe } from '../../watch/engine.tsx'
import './status.css'

export function QuietHint({ channel }: { channel: ChannelView | undefined }) {
  const me = useMe()?.userId
  const [other, ...more] = (channel?.members ?? []).filter(({ userId }) => userId !== me)
  const until = other?.shows?.quietUntil
  if (channel?.kind !== 'direct' || !other || more.length > 0 || until === undefined) return null
  return (
    <p className="quiet-hint muted small" role="status">
      <Moon size={14} aria-hidden="true" />{' '}
      {text.status.quietHint(other.displayName, untilOf(until, Date.now()))}
    </p>
  )
}
