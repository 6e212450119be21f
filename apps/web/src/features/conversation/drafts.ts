/** What was typed and not sent, per channel and thread, until the page closes: in memory only, since a browser's storage is plain text on disk. */
import type { ChannelId, Seq } from '@reforms/protocol'
import type { Attachment } from './attachments.ts'

export interface Draft {
  text: string
  files: Attachment[]
  /** The message that it replies to. */
  answers?: { seq: Seq; author: string; words: string }
}

/** A channel's, or that of one of its threads. */
export interface DraftPlace {
  channelId: ChannelId
  thread?: Seq | undefined
}

const drafts = new Map<string, Draft>()
const keyOf = ({ channelId, thread }: DraftPlace) => `${channelId}/${thread ?? ''}`

export function readDraft(place: DraftPlace): Draft {
  return drafts.get(keyOf(place)) ?? { text: '', files: [] }
}

export function keepDraft(place: DraftPlace, draft: Draft): void {
  if (draft.text === '' && draft.files.length === 0 && !draft.answers) drafts.delete(keyOf(place))
  else drafts.set(keyOf(place), draft)
}

/** When somebody signs out. */
export function forgetDrafts(): void {
  drafts.clear()
}
