/** Emoji that fit what is being typed after a colon, above the field: walked by arrows, taken by Enter or Tab. */
import { text } from '../../text/index.ts'
import type { EmojiSuggestion } from './completing.ts'
import { Sign } from './OurEmoji.tsx'

const LIST_ID = 'emoji-list'
const optionId = (place: number) => `${LIST_ID}-${place}`

interface EmojiListProps {
  suggestions: readonly EmojiSuggestion[]
  place: number
  take: (suggestion: EmojiSuggestion) => void
}

/** What the field says of the list while it is open. */
export function emojiListProps({ suggestions, place }: EmojiListProps) {
  return suggestions.length === 0
    ? {}
    : { 'aria-controls': LIST_ID, 'aria-activedescendant': optionId(place) }
}

export function EmojiList({ suggestions, place, take }: EmojiListProps) {
  if (suggestions.length === 0) return null
  return (
    <div id={LIST_ID} className="mention-list" role="listbox" aria-label={text.emoji.found}>
      {suggestions.map((suggestion, index) => (
        <div
          key={suggestion.name}
          id={optionId(index)}
          className="mention-option"
          role="option"
          aria-label={suggestion.name}
          aria-selected={index === place}
          // The field keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => take(suggestion)}
        >
          <span className="emoji-option-sign" aria-hidden="true">
            <Sign sign={suggestion.sign} />
          </span>
          <span className="truncate">{suggestion.name}</span>
        </div>
      ))}
    </div>
  )
}
