/** Completion of mentions in the composer's field: what is suggested, and what the keys do with it. */
import type { ChannelId } from '@reforms/protocol'
import { useState, type KeyboardEvent, type RefObject } from 'react'
import { useMe, useQuery } from '../../watch/engine.tsx'
import { begunMention, completed, suggestionsFor, type Suggestion } from './mentions.ts'

export interface Mentions {
  suggestions: Suggestion[]
  place: number
  take: (suggestion: Suggestion) => void
  /** True where the key was for the list. */
  onKey: (event: KeyboardEvent) => boolean
  onCaret: (caret: number) => void
}

export function useMentions(
  channelId: ChannelId,
  words: string,
  field: RefObject<HTMLTextAreaElement | null>,
  onWords: (words: string) => void,
): Mentions {
  const [caret, setCaret] = useState(0)
  const [place, setPlace] = useState(0)
  const [dismissed, setDismissed] = useState<number>()
  const members = useQuery('channel', { channelId })?.members ?? []
  const teams = useQuery('teams', {})
  const me = useMe()?.userId
  const begun = begunMention(words, caret)
  const shown = begun && begun.start !== dismissed ? suggestionsFor(begun, members, me, teams) : []
  const chosen = Math.min(place, shown.length - 1)
  const take = ({ userName }: Suggestion) => {
    if (!begun) return
    const next = completed(words, caret, begun, userName)
    onWords(next.text)
    setCaret(next.caret)
    setPlace(0)
    // Once the field holds the new words.
    requestAnimationFrame(() => field.current?.setSelectionRange(next.caret, next.caret))
  }
  const onKey = (event: KeyboardEvent) => {
    const suggestion = shown[chosen]
    if (!suggestion || event.nativeEvent.isComposing) return false
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        setPlace((chosen + (event.key === 'ArrowDown' ? 1 : shown.length - 1)) % shown.length)
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
    if (begunMention(words, next)?.start !== dismissed) setDismissed(undefined)
  }
  return { suggestions: shown, place: chosen, take, onKey, onCaret }
}
