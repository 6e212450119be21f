/** Beside a name: the emoji of somebody's status, its words where there is room, and a moon while they are not to be disturbed. */
import type { Shown } from '@reforms/client'
import { Moon } from 'lucide-react'
import { text } from '../../text/index.ts'
import { untilOf } from '../../ui/clock.ts'
import './status.css'

interface StatusMarkProps {
  shows: Shown | undefined
  /** Where they do not fit they are heard, and shown on pointing at the emoji. */
  words?: 'shown' | 'hidden'
}

export function StatusMark({ shows, words = 'hidden' }: StatusMarkProps) {
  if (!shows) return null
  const { status, quietUntil } = shows
  return (
    <span className="status-mark">
      {status && (
        <span className="status-said truncate" title={words === 'hidden' ? status.text : undefined}>
          <span aria-hidden={status.text !== ''}>{status.emoji}</span>
          {status.text !== '' && (
            <bdi className={words === 'hidden' ? 'hidden-visually' : 'status-words'}>{status.text}</bdi>
          )}
        </span>
      )}
      {quietUntil !== undefined && <QuietMark until={quietUntil} />}
    </span>
  )
}

function QuietMark({ until }: { until: number }) {
  const words = text.status.quietUntil(untilOf(until, Date.now()))
  return (
    <span className="status-quiet" title={words}>
      <Moon size={14} aria-hidden="true" />
      <span className="hidden-visually">{words}</span>
    </span>
  )
}
