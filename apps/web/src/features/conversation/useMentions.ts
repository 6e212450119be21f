/** Completion of mentions in the composer's field. */
import type { ChannelId } from '@reforms/protocol'
import type { RefObject } from 'react'
import { useMe, useQuery } from '../../watch/engine.tsx'
import { begunMention, suggestionsFor, type Suggestion } from './mentions.ts'
import { useCompletion, type Completion } from './useCompletion.ts'

export function useMentions(
  channelId: ChannelId,
  words: string,
  field: RefObject<HTMLTextAreaElement | null>,
  onWords: (words: string) => void,
): Completion<Suggestion> {
  const members = useQuery('channel', { channelId })?.members ?? []
  const teams = useQuery('teams', {})
  const me = useMe()?.userId
  return useCompletion(words, field, onWords, {
    begin: begunMention,
    suggest: (begun) => suggestionsFor(begun, members, me, teams),
    written: ({ userName }) => `@${userName}`,
  })
}
