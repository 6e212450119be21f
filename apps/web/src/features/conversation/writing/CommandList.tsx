/** Commands that fit what is being typed after a slash, above the field: walked by arrows, taken by Enter or Tab. */
import { useState, type KeyboardEvent } from 'react'
import { text } from '../../../text/index.ts'
import { commandsFor, type CommandName } from './commands.ts'

const LIST_ID = 'command-list'
const optionId = (place: number) => `${LIST_ID}-${place}`

export interface CommandCompletion {
  found: readonly CommandName[]
  place: number
  take: (name: CommandName) => void
  /** True where the key was for the list. */
  onKey: (event: KeyboardEvent) => boolean
}

export function useCommandCompletion(
  words: string,
  available: readonly CommandName[],
  onWords: (words: string) => void,
): CommandCompletion {
  const [place, setPlace] = useState(0)
  const [dismissed, setDismissed] = useState<string>()
  const found = words === dismissed ? [] : commandsFor(words, available)
  const chosen = Math.min(place, found.length - 1)
  const take = (name: CommandName) => {
    setPlace(0)
    onWords(`/${name} `)
  }
  const onKey = (event: KeyboardEvent) => {
    const name = found[chosen]
    if (name === undefined || event.nativeEvent.isComposing) return false
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        setPlace((chosen + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length)
        break
      case 'Tab':
        take(name)
        break
      case 'Enter':
        // What is whole already is done, and not completed first.
        if (words === `/${name}`) return false
        take(name)
        break
      case 'Escape':
        setDismissed(words)
        break
      default:
        return false
    }
    event.preventDefault()
    return true
  }
  return { found, place: chosen, take, onKey }
}

/** What the field says of the list while it is open. */
export function listProps({ found, place }: CommandCompletion) {
  return found.length === 0 ? {} : { 'aria-controls': LIST_ID, 'aria-activedescendant': optionId(place) }
}

export function CommandList({ found, place, take }: CommandCompletion) {
  if (found.length === 0) return null
  return (
    <div id={LIST_ID} className="mention-list" role="listbox" aria-label={text.writing.commands}>
      {found.map((name, index) => (
        <div
          key={name}
          id={optionId(index)}
          className="mention-option command-option"
          role="option"
          aria-selected={index === place}
          // The field keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => take(name)}
        >
          <code className="command-name">
            {'/'}
            {name}
          </code>
          <span className="muted truncate">{text.writing.command[name]}</span>
        </div>
      ))}
    </div>
  )
}
