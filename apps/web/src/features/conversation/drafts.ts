/** What was typed and not sent, per channel, until the page closes: in memory only, since a browser's storage is plain text on disk. */
import type { ChannelId } from '@reforms/protocol'
import type { Attachment } from './attachments.ts'

export interface Draft {
  text: string
  files: Attachment[]
}

const drafts = new Map<ChannelId, Draft>()

export function readDraft(channelId: ChannelId): Draft {
  return drafts.get(channelId) ?? { text: '', files: [] }
}

export function keepDraft(channelId: ChannelId, draft: Draft): void {
  if (draft.text === '' && draft.files.length === 0) drafts.delete(channelId)
  else drafts.set(channelId, draft)
}

/** When somebody signs out. */
export function forgetDrafts(): void {
  drafts.clear()
}
