/** Completing what is being typed before the caret, from a list above the field: what the list shows, and what the keys do with it. */
import { useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react'

/** What is being typed, and where it begins. */
export interface Begun {
  start: number
  words: string
}

export interface Completing<S> {
  /** Undefined where nothing is begun. */
  begin: (text: string, caret: number) => Begun | undefined
  suggest: (begun: Begun) => S[]
  /** What is written in the place of what was typed. */
  written: (suggestion: S) => string
}

export interface Completion<S> {
  suggestions: S[]
  place: number
  take: (suggestion: S) => void
  /** True where the key was for the list. */
  onKey: (event: KeyboardEvent) => boolean
  onCaret: (caret: number) => void
}

export function useCompletion<S>(
  words: string,
  field: RefObject<HTMLTextAreaElement | null>,
  onWords: (words: string) => void,
  { begin, suggest, written }: Completing<S>,
): Completion<S> {
  const [caret, setCaret] = useState(0)
  const [place, setPlace] = useState(0)
  const [dismissed, setDismissed] = useState<number>()
  const placing = useRef<{ text: string; caret: number }>(undefined)
  // At once when the field holds the new words: what is typed next, however soon, follows them.
  useLayoutEffect(() => {
    if (placing.current?.text !== words) return
    field.current?.setSelectionRange(placing.current.caret, placing.current.caret)
    placing.current = undefined
  })
  const begun = begin(words, caret)
  const suggestions = begun && begun.start !== dismissed ? suggest(begun) : []
  const chosen = Math.min(place, suggestions.length - 1)
  const take = (suggestion: S) => {
    if (!begun) return
    const next = completed(words, caret, begun, written(suggestion))
    onWords(next.text)
    setCaret(next.caret)
    setPlace(0)
    placing.current = next
  }
  const onKey = (event: KeyboardEvent) => {
    const suggestion = suggestions[chosen]
    if (!suggestion || event.nativeEvent.isComposing) return false
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        setPlace((chosen + (event.key === 'ArrowDown' ? 1 : suggestions.length - 1)) % suggestions.length)
        break
      case 'Enter':
      case 'Tab':
        take(suggestion)
        break
      case 'Escape':
        setDismissed(begun?.start)
        break
      default:
        return false
    }
    event.preventDefault()
    return true
  }
  const onCaret = (next: number) => {
    setCaret(next)
    setPlace(0)
    if (begin(words, next)?.start !== dismissed) setDismissed(undefined)
  }
  return { suggestions, place: chosen, take, onKey, onCaret }
}

/** The text with what was chosen in the place of what was typed, and where the caret stands then. */
export function completed(
  text: string,
  caret: number,
  { start }: Begun,
  written: string,
): { text: string; caret: number } {
  const put = `${written} `
  return { text: text.slice(0, start) + put + text.slice(caret).trimStart(), caret: start + put.length }
}
