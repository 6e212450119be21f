/** The reactions under a message: each sign with how many, one's own marked, and who on hover and focus. */
import type { ReactionView } from '@reforms/client'
import { text } from '../../text/index.ts'
import { Tooltip } from '../../ui/Tooltip.tsx'
import { Sign } from '../emoji/OurEmoji.tsx'
import './reactions.css'

interface ReactionsProps {
  reactions: readonly ReactionView[]
  /** Undefined where one may not react. */
  onReact: ((emoji: string) => void) | undefined
}

export function Reactions({ reactions, onReact }: ReactionsProps) {
  return (
    <ul className="reactions" aria-label={text.conversation.reactions}>
      {reactions.map((reaction) => (
        <li key={reaction.emoji}>
          <Chip reaction={reaction} onReact={onReact} />
        </li>
      ))}
    </ul>
  )
}

function Chip({ reaction, onReact }: { reaction: ReactionView; onReact: ReactionsProps['onReact'] }) {
  const { emoji, people, mine } = reaction
  const names = people.map(({ name }) => name)
  return (
    <Tooltip text={text.conversation.reactedBy(names, emoji)}>
      <button
        type="button"
        className={mine ? 'reaction reaction-mine' : 'reaction'}
        aria-pressed={mine}
        aria-disabled={onReact === undefined}
        aria-label={text.conversation.reaction(emoji, people.length, names.join(', '), mine)}
        onClick={() => onReact?.(emoji)}
      >
        <span className="reaction-sign" aria-hidden="true">
          <Sign sign={emoji} />
        </span>
        <span className="tabular">{people.length}</span>
      </button>
    </Tooltip>
  )
}
