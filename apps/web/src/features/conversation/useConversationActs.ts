/** How a conversation does what its messages ask for: its composer answers, its pane shows threads, one text is changed at a time. */
import type { TimelineItem } from '@reforms/client'
import type { ChannelId, Seq } from '@reforms/protocol'
import { useMemo, useState, type RefObject } from 'react'
import { go } from '../../route/useRoute.ts'
import { useQuery } from '../../watch/engine.tsx'
import { useSaving } from '../personal/useSaving.ts'
import type { ConversationActs, MessageItem } from './acts.ts'

/** What the composer offers to the messages above it. */
export interface Answering {
  reply: (message: MessageItem) => void
  quote: (message: MessageItem) => void
}

interface Parts {
  channelId: ChannelId
  answering: RefObject<Answering | null>
  jump: (seq: Seq) => void
  jumpToTime: (at: number) => void
}

export function useConversationActs({ channelId, answering, jump, jumpToTime }: Parts): ConversationActs {
  const [editing, setEditing] = useState<string>()
  const seqs = useQuery('savedIn', { channelId })
  const saved = useMemo(() => new Set(seqs), [seqs])
  const save = useSaving(channelId)
  return useMemo(
    () => ({
      reply: (message) => answering.current?.reply(message),
      quote: (message) => answering.current?.quote(message),
      openThread: (root) => go({ place: 'channel', channelId, pane: 'thread', root }),
      jump,
      jumpToTime,
      saved,
      save,
      editing,
      edit: setEditing,
    }),
    [channelId, answering, jump, jumpToTime, saved, save, editing],
  )
}

/** What arrow-up edits: the last that one wrote oneself, once it is sent. */
export function isOwnWords(item: TimelineItem): boolean {
  if (item.kind !== 'message' || !item.mine || item.redacted || item.forwarded || item.poll) return false
  return item.state === 'sent' && item.seq !== undefined && item.text !== ''
}
