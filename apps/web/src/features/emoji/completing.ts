/** Emoji by the beginning of a name, while one types it after a colon: the organisation's and the standard ones. */
import { EMOJI } from '../conversation/emoji.ts'
import type { Begun } from '../conversation/useCompletion.ts'
import { shortName, type Ours } from './ours.ts'

/** Two letters at least: a colon and a bracket are something else. */
const BEGUN = /(?:^|[\s(]):([a-z][a-z0-9_-]{1,31})$/i
const MOST_SHOWN = 6

export interface EmojiSuggestion {
  /** As it is found and spoken, between colons. */
  name: string
  /** What is written: a sign, or the name of one of ours. */
  sign: string
}

export function begunEmoji(text: string, caret: number): Begun | undefined {
  const words = BEGUN.exec(text.slice(0, caret))?.[1]
  return words === undefined ? undefined : { start: caret - words.length - 1, words: words.toLowerCase() }
}

/** Those whose name begins so go first, and of these ours. */
export function emojiFor({ words }: Begun, ours: Ours): EmojiSuggestion[] {
  const all = [
    ...[...ours.keys()].map((name) => ({ name: shortName(name), sign: shortName(name) })),
    ...EMOJI.map(({ name, sign }) => ({ name: shortName(name.replaceAll(' ', '_')), sign })),
  ]
  const begins = all.filter(({ name }) => name.startsWith(`:${words}`))
  const has = all.filter((emoji) => emoji.name.includes(words) && !begins.includes(emoji))
  return [...begins, ...has].slice(0, MOST_SHOWN)
}
