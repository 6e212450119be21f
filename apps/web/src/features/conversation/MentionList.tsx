/** Names that fit what is being typed after an "@", above the field: walked by arrows, taken by Enter or Tab. */
import { Users } from 'lucide-react'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { GuestMark } from '../people/GuestMark.tsx'
import { StatusMark } from '../status/StatusMark.tsx'
import type { Suggestion } from './mentions.ts'

export const MENTION_LIST_ID = 'mention-list'
export const optionId = (place: number) => `${MENTION_LIST_ID}-${place}`

interface MentionListProps {
  suggestions: readonly Suggestion[]
  place: number
  onTake: (suggestion: Suggestion) => void
}

export function MentionList({ suggestions, place, onTake }: MentionListProps) {
  return (
    <div id={MENTION_LIST_ID} className="mention-list" role="listbox" aria-label={text.conversation.mentions}>
      {suggestions.map((suggestion, index) => (
        <div
          key={suggestion.userName}
          id={optionId(index)}
          className="mention-option"
          role="option"
          aria-selected={index === place}
          // The field keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onTake(suggestion)}
        >
          <Option suggestion={suggestion} />
        </div>
      ))}
    </div>
  )
}

function Option({ suggestion: { userName, member, team } }: { suggestion: Suggestion }) {
  return (
    <>
      {member ? (
        <Avatar size="small" name={member.displayName} seed={member.colourSeed} />
      ) : (
        <Users size={16} aria-hidden="true" />
      )}
      <bdi className="truncate">{member?.displayName ?? team?.name ?? text.conversation.mentionAll}</bdi>
      <StatusMark shows={member?.shows} />
      <span className="muted small truncate">
        @{userName}
        {team && ` · ${text.teams.countHere(team.here)}`}
      </span>
      <GuestMark userId={member?.userId} />
    </>
  )
}
