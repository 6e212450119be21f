/** What can be done from any message of a conversation: the page says how, the messages say when. */
import type { TimelineItem } from '@reforms/client'
import type { Seq } from '@reforms/protocol'
import { createContext, use } from 'react'

export type MessageItem = Extract<TimelineItem, { kind: 'message' }>

export interface ConversationActs {
  /** The next message answers this one; without one, none. */
  reply: (message: MessageItem) => void
  /** Puts the message's words into the field, as a quote. */
  quote: (message: MessageItem) => void
  openThread: (root: Seq) => void
  jump: (seq: Seq) => void
  /** To the first message of a time on. */
  jumpToTime: (at: number) => void
  /** Of this channel: their seqs. */
  saved: ReadonlySet<Seq>
  save: (seq: Seq, on: boolean) => void
  /** The key of the message whose text is being changed. */
  editing: string | undefined
  edit: (key: string | undefined) => void
}

const ActsContext = createContext<ConversationActs | undefined>(undefined)
export const ActsProvider = ActsContext.Provider

export function useActs(): ConversationActs {
  const acts = use(ActsContext)
  if (!acts) throw new Error('a message stands outside of its conversation')
  return acts
}
