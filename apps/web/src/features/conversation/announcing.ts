/**
 * What of two views that follow each other is said aloud: each new message of others once, in their order. Not what was there when
 * the conversation was opened, nor what is reached by going through the past or by a jump to the newest. For Announcer.tsx.
 */
import type { TimelineItem, TimelineView } from '@reforms/client'
import { withoutSpoilers, type Seq } from '@reforms/protocol'
import { text } from '../../text/index.ts'
import { newestSeq } from './rows.ts'

export type HeardView = Pick<TimelineView, 'items' | 'moreBefore' | 'moreAfter'>

/** Up to where somebody has heard a conversation. */
export interface Heard {
  readonly upTo: number
  /** What has come since it was opened, and cannot be read yet. */
  readonly waiting: ReadonlySet<Seq>
  /** False while the past is shown. */
  readonly atNewest: boolean
}

type MessageItem = Extract<TimelineItem, { kind: 'message' }>

/** With more at once, only how many there are is said. */
const SAID_AT_ONCE_MAX = 5
const SAID_MAX_CHARACTERS = 200
const NO_SEQS: ReadonlySet<Seq> = new Set()

/** `threadOf` names the thread that is open beside it and says its own answers. */
export function newsOf(
  before: Heard | undefined,
  view: HeardView,
  threadOf?: Seq,
): { heard: Heard | undefined; lines: string[] } {
  const { items, moreBefore, moreAfter } = view
  if (moreAfter) return { heard: before && { ...before, atNewest: false }, lines: [] }
  // It is on its way.
  if (!before && moreBefore && items.length === 0) return { heard: undefined, lines: [] }
  const upTo = Math.max(before?.upTo ?? 0, newestSeq(items))
  if (!before?.atNewest || isJump(before, view))
    return { heard: { upTo, waiting: NO_SEQS, atNewest: true }, lines: [] }
  const fresh = items.filter(({ seq = 0 }) => seq > before.upTo || before.waiting.has(seq))
  const waiting = fresh.flatMap(({ kind, seq }) => (kind === 'waiting-for-key' && seq ? [seq] : []))
  const news = fresh.filter(isSaid).filter(({ answers }) => !answers?.thread || answers.seq !== threadOf)
  return { heard: { upTo, waiting: new Set(waiting), atNewest: true }, lines: linesOf(news) }
}

/** Between what was heard last and what is shown now, something is left out. */
function isJump({ upTo }: Heard, { items, moreBefore }: HeardView): boolean {
  const first = items.find(({ seq }) => seq !== undefined)?.seq
  return moreBefore && first !== undefined && first > upTo
}

function isSaid(item: TimelineItem): item is MessageItem {
  return item.kind === 'message' && !item.mine && !item.redacted && wordsOf(item) !== undefined
}

function linesOf(news: readonly MessageItem[]): string[] {
  if (news.length > SAID_AT_ONCE_MAX) return [text.conversation.newMessages(news.length)]
  return news.map((item) => text.conversation.announce(item.authorName, wordsOf(item) ?? ''))
}

function wordsOf({ text: words, files }: MessageItem): string | undefined {
  const said = withoutSpoilers(words, text.conversation.spoiler).slice(0, SAID_MAX_CHARACTERS)
  if (said.trim() !== '') return said
  return files.length > 0 ? text.conversation.announceFiles(files.length) : undefined
}
