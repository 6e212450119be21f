/** Completion of emoji in the composer's field. */
import type { RefObject } from 'react'
import { useCompletion, type Completion } from '../conversation/useCompletion.ts'
import { begunEmoji, emojiFor, type EmojiSuggestion } from './completing.ts'
import { useOurs } from './ours.ts'

export function useEmojiCompletion(
  words: string,
  field: RefObject<HTMLTextAreaElement | null>,
  onWords: (words: string) => void,
): Completion<EmojiSuggestion> {
  const ours = useOurs()
  return useCompletion(words, field, onWords, {
    begin: begunEmoji,
    suggest: (begun) => emojiFor(begun, ours),
    written: ({ sign }) => sign,
  })
}
