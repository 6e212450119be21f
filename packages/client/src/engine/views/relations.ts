/**
 * What has been said about a message, beside the message: its present text, reactions, thread, pin, and what it answers. Worked
 * out from the readable entries of the log alone, in the order of the log. SPEC.md, REL-1 to REL-6.
 */
import { decodeContent, knownContent, type MessageContent } from '@reforms/crypto'
import type { ChannelId, UserId } from '@reforms/protocol'
import type { QuoteView, ReactionView, ThreadSummary, TimelineItem } from '../../engine-api.ts'
import type { Database } from '../../ports.ts'
import { isReaction } from '../channel/emoji.ts'
import { isEditable, presentText, textOfEdit } from '../channel/relating.ts'
import { callsMyTeam } from '../channel/mentioned.ts'
import { callsAll, filesOf, saidOf, type Said } from '../channel/said.ts'
import { threadFacts } from '../channel/threads.ts'
import type { Context } from '../context.ts'
import { readEntry, type StoredEntry } from '../tables/entries.ts'
import type { OutboxItem } from '../tables/outbox.ts'
import { isEditOf, readRelationsOfKind, readRelationsTo, type RelationRow } from '../tables/relations.ts'
import { personName } from './names.ts'
import { plainLine } from './plain-line.ts'
import { pendingPoll, pollOf } from './polls.ts'

type MessageItem = Extract<TimelineItem, { kind: 'message' }>

/** A line of a quote, or so much of it. */
const QUOTE_MAX_CHARACTERS = 160
/** What more people think of is not shown: nobody reads a wall of signs. */
const REACTIONS_MAX = 40
const FACES_MAX = 5

/** The item of a readable message, with all that the log says about it. */
export function related(context: Context, entry: StoredEntry, said: Said, item: MessageItem): MessageItem {
  const rows = readRelationsTo(context.database, entry.channelId, entry.seq).filter(
    (row) => row.targetClient === entry.clientId,
  )
  const own = { ...item, ...setting(context, entry.channelId, said, entry), ...forMe(context, entry, said) }
  const poll = said.type === 'poll' ? { poll: pollOf(context, entry, said, rows) } : {}
  if (rows.length === 0) return { ...own, ...poll }
  const reactions = reactionsOf(context, rows)
  return {
    ...own,
    ...poll,
    ...editOf(context, entry, said, rows),
    ...(reactions.length > 0 ? { reactions } : {}),
    ...(isPinned(rows) ? { pinned: true as const } : {}),
    ...threadOf(context, entry, rows),
  }
}

/** What a message says of where it belongs: what it answers, or who wrote it first. */
export function setting(
  context: Context,
  channelId: ChannelId,
  said: Said,
  entry?: StoredEntry,
): Pick<MessageItem, 'answers' | 'forwarded'> {
  if (said.type === 'forward') {
    const { author, writtenAt } = said
    return { forwarded: { author, authorName: personName(context, author), at: writtenAt } }
  }
  if (said.type === 'text' || said.type === 'poll') return {}
  const agrees = !entry || (entry.relatesTo === said.to.seq && said.to.seq < entry.seq)
  const answers = agrees ? quoteOf(context, channelId, said) : undefined
  return answers ? { answers } : {}
}

/** Undefined where the entry that is named is another one: then nothing is answered (REL-1). */
function quoteOf(context: Context, channelId: ChannelId, said: Said): QuoteView | undefined {
  if (said.type !== 'reply' && said.type !== 'thread') return undefined
  const { seq, clientId } = said.to
  const base = { seq, thread: said.type === 'thread' }
  const target = readEntry(context.database, channelId, seq)
  if (!target) return base
  if (target.kind !== 'message' || target.clientId !== clientId) return undefined
  if (target.state === 'erased') return { ...base, redacted: true }
  const words = target.state === 'clear' && target.content ? saidOf(knownContent(target.content)) : undefined
  if (!words || !target.senderUser) return base
  const text = presentText(context, target, words) || (filesOf(words)[0]?.name ?? '')
  const line = plainLine(text, QUOTE_MAX_CHARACTERS)
  const authorName = personName(context, target.senderUser)
  return { ...base, said: { author: target.senderUser, authorName, text: line } }
}

function forMe(
  context: Context,
  { notify, senderUser }: StoredEntry,
  said: Said,
): Pick<MessageItem, 'forMe'> {
  const { me } = context
  if (!me || senderUser === me.userId) return {}
  const called = notify?.includes(me.userId) || callsAll(said) || callsMyTeam(context, said)
  return called ? { forMe: true } : {}
}

/** REL-3: the author's last one holds; not of what somebody else wrote. */
function editOf(
  context: Context,
  entry: StoredEntry,
  said: Said,
  rows: readonly RelationRow[],
): Partial<Pick<MessageItem, 'text' | 'editedAt'>> {
  if (!isEditable(said)) return {}
  const last = rows.findLast((row) => isEditOf(row, entry))
  const text = last && textOfEdit(context, entry.channelId, last.seq)
  return text === undefined || !last ? {} : { text, editedAt: last.at }
}

/** REL-2: of what somebody said with one sign, the last holds. */
function reactionsOf(context: Context, rows: readonly RelationRow[]): ReactionView[] {
  const bySign = new Map<string, Map<UserId, boolean>>()
  for (const { kind, emoji, author, on } of rows) {
    if (kind !== 'reaction' || !isReaction(emoji)) continue
    const people = bySign.get(emoji) ?? new Map<UserId, boolean>()
    // Whoever comes back to it stands at the end again.
    people.delete(author)
    people.set(author, on)
    bySign.set(emoji, people)
  }
  const me = context.me?.userId
  return [...bySign]
    .map(([emoji, people]) => {
      const users = [...people].filter(([, on]) => on).map(([userId]) => userId)
      return {
        emoji,
        people: users.map((userId) => ({ userId, name: personName(context, userId) })),
        mine: users.some((userId) => userId === me),
      }
    })
    .filter(({ people }) => people.length > 0)
    .slice(0, REACTIONS_MAX)
}

/** REL-5: whoever said it, the last holds. */
function isPinned(rows: readonly RelationRow[]): boolean {
  return rows.findLast(({ kind }) => kind === 'pin')?.on ?? false
}

function threadOf(
  context: Context,
  { channelId, seq }: StoredEntry,
  rows: readonly RelationRow[],
): { thread?: ThreadSummary } {
  const facts = rows.some(({ kind }) => kind === 'thread') ? threadFacts(context, channelId, seq) : undefined
  if (!facts) return {}
  const { count, people, lastAt, unread } = facts
  const faces = people.slice(0, FACES_MAX).map((userId) => ({ userId, name: personName(context, userId) }))
  return { thread: { count, people: faces, lastAt, unread } }
}

/** The messages of a channel that are pinned, the last one to be pinned first. */
export function pinned(database: Database, channelId: ChannelId): StoredEntry[] {
  const last = new Map<number, RelationRow>()
  for (const row of readRelationsOfKind(database, channelId, 'pin')) {
    const entry = readEntry(database, channelId, row.target)
    if (entry?.clientId !== row.targetClient) continue
    last.delete(row.target)
    last.set(row.target, row)
  }
  return [...last.values()]
    .filter(({ on }) => on)
    .reverse()
    .flatMap(({ target }) => readEntry(database, channelId, target) ?? [])
}

/** With what waits in the outbox: the user sees at once what they did. */
export function withPending(
  context: Context,
  outbox: readonly OutboxItem[],
  items: TimelineItem[],
): TimelineItem[] {
  const about = outbox.flatMap((item) => {
    const content = decodeContent(item.content)
    return 'to' in content ? [{ item, content }] : []
  })
  if (about.length === 0) return items
  return items.map((item) =>
    item.kind === 'message' && item.seq !== undefined && !item.redacted
      ? about
          .filter(({ content }) => content.to.seq === item.seq)
          .reduce((before, { item: waiting, content }) => pending(context, before, waiting, content), item)
      : item,
  )
}

function pending(
  context: Context,
  item: MessageItem,
  waiting: OutboxItem,
  content: MessageContent,
): MessageItem {
  switch (content.type) {
    case 'edit': {
      const { clientId, problem } = waiting
      const state = waiting.state === 'failed' ? ('failed' as const) : ('waiting' as const)
      return { ...item, text: content.text, edit: { clientId, state, ...(problem ? { problem } : {}) } }
    }
    case 'pin': {
      const { pinned: _, ...rest } = item
      return content.on ? { ...rest, pinned: true } : rest
    }
    case 'reaction':
      return { ...item, ...pendingReaction(context, item, content) }
    case 'vote':
    case 'poll-end':
      return item.poll ? { ...item, poll: pendingPoll(context, item.poll, content) } : item
    default:
      return item
  }
}

function pendingReaction(
  { me }: Context,
  item: MessageItem,
  { emoji, on }: { emoji: string; on: boolean },
): Pick<MessageItem, 'reactions'> {
  if (!me) return {}
  const own = { userId: me.userId, name: me.displayName }
  const known = item.reactions ?? []
  const before = known.find((reaction) => reaction.emoji === emoji) ?? { emoji, people: [], mine: false }
  const others = before.people.filter(({ userId }) => userId !== me.userId)
  const after = { emoji, people: on ? [...others, own] : others, mine: on }
  const listed = known.includes(before)
    ? known.map((each) => (each === before ? after : each))
    : [...known, after]
  return { reactions: listed.filter(({ people }) => people.length > 0) }
}
