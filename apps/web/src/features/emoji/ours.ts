/** The organisation's emoji by name, and their names between colons, as messages have them (SPEC.md, EMO-3). */
import type { EmojiId } from '@reforms/protocol'
import { useMemo } from 'react'
import { useQuery } from '../../watch/engine.tsx'

export type Ours = ReadonlyMap<string, EmojiId>

/** Neither a letter nor a digit touches it: times of day and addresses are none. */
const NAMED = /(?<![\p{L}\p{N}]):([a-z][a-z0-9_-]{0,30}[a-z0-9]):(?![\p{L}\p{N}])/gu

export function useOurs(): Ours {
  const emoji = useQuery('emoji', {})
  return useMemo(() => new Map((emoji ?? []).map(({ emojiId, name }) => [name, emojiId])), [emoji])
}

export const shortName = (name: string) => `:${name}:`

/** The name, where the sign is nothing but one between colons. */
export function nameIn(sign: string): string | undefined {
  const [found] = sign.matchAll(NAMED)
  return found?.[0] === sign ? found[1] : undefined
}

export interface Named {
  name: string
  emojiId: EmojiId
}

/** Words, and those of ours among them. */
export function splitByOurs(words: string, ours: Ours): (string | Named)[] {
  const parts: (string | Named)[] = []
  let from = 0
  for (const match of ours.size === 0 ? [] : words.matchAll(NAMED)) {
    const name = match[1] ?? ''
    const emojiId = ours.get(name)
    if (!emojiId) continue
    parts.push(words.slice(from, match.index), { name, emojiId })
    from = match.index + match[0].length
  }
  return [...parts, words.slice(from)]
}

const BEFORE = /[\p{L}\p{N}]$/u
const AFTER = /^[\p{L}\p{N}]/u

/** A sign as it is put between words: one of ours keeps a distance from letters, or it would be words. */
export function spaced(before: string, sign: string, after: string): string {
  if (nameIn(sign) === undefined) return sign
  return `${BEFORE.test(before) ? ' ' : ''}${sign}${AFTER.test(after) ? ' ' : ''}`
}
