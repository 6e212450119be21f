/** Above the field: which message the next one replies to, and the way not to. */
import { withoutSpoilers } from '@reforms/protocol'
import { CornerUpLeft, X } from 'lucide-react'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import type { Draft } from './drafts.ts'

interface ReplyingToProps {
  answers: NonNullable<Draft['answers']>
  onStop: () => void
}

export function ReplyingTo({ answers, onStop }: ReplyingToProps) {
  return (
    <div className="replying small muted">
      <CornerUpLeft size={16} className="icon-flips" aria-hidden="true" />
      <span className="replying-to">{text.conversation.replyingTo(answers.author)}</span>
      <span className="truncate grow" dir="auto">
        {withoutSpoilers(answers.words)}
      </span>
      <IconButton
        size="small"
        name={text.conversation.stopReplying}
        shortcut="Escape"
        icon={<X size={16} />}
        onClick={onStop}
      />
    </div>
  )
}
