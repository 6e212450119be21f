/**
 * A channel's conversation, from its newest items back, made from the log here and the outbox. What cannot be shown as a message
 * is shown as what it is: SPEC.md, MSG-6 to MSG-8, EPO-7.
 */
import {
  decodeContent,
  FIRST_HEAD,
  knownContent,
  knownWaveform,
  type FileReference,
  type MessageContent,
} from '@reforms/crypto'
import { cleanName, pictureSize, type ChannelId, type UserId } from '@reforms/protocol'
import type { FileView, Params, PinsView, ThreadView, TimelineItem, TimelineView } from '../../engine-api.ts'
import { decodeMembership } from '../channel/membership.ts'
import { decodeNotice } from '../channel/notice.ts'
import { presentText } from '../channel/relating.ts'
import { filesOf, saidOf, type Said } from '../channel/said.ts'
import { threadFacts } from '../channel/threads.ts'
import type { Database } from '../../ports.ts'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { shownFileName } from '../file-name.ts'
import { readChannel, type ChannelRow } from '../tables/channels.ts'
import {
  readEntries,
  readEntry,
  readHead,
  readNewest,
  type ListedEntry,
  type StoredEntry,
} from '../tables/entries.ts'
import { readKeptMessages, type KeptMessage } from '../tables/kept-messages.ts'
import {
  listOutbox,
  readOutboxItem,
  readRelatedOutbox,
  type ListedSending,
  type OutboxItem,
} from '../tables/outbox.ts'
import { readThread } from '../tables/relations.ts'
import { membershipText } from './membership-words.ts'
import { personName } from './names.ts'
import { plainLine } from './plain-line.ts'
import { pollOf } from './polls.ts'
import { pinned, related, setting, withPending } from './relations.ts'
import { windowOf } from './timeline-window.ts'
import type { OutgoingItems } from './view-cache.ts'

export function timelineView(context: Context, params: Params<'timeline'>): TimelineView {
  const { channelId } = params
  const row = readChannel(context.database, channelId)
  const { entries, ...ends } = windowOf(context.database, row, params)
  const items = row ? itemsOfAll(context, row, entries) : []
  const last = ends.moreAfter ? entries.at(-1)?.seq : undefined
  insertKept(context, channelId, [entries[0]?.seq ?? 1, last ?? Infinity], items)
  const pending = readRelatedOutbox(context.database, channelId)
  const outgoing = ends.moreAfter ? [] : outgoingItems(context, channelId)
  const firstUnread = context.firstUnread.get(channelId)
  return {
    channelId,
    items: [...withPending(context, pending, items), ...outgoing],
    ...ends,
    ...(firstUnread === undefined ? {} : { firstUnread }),
  }
}

/** From what is kept; only entries that are new here, or that have changed, are read and decoded. */
function itemsOfAll(context: Context, row: ChannelRow, listed: readonly ListedEntry[]): TimelineItem[] {
  const shown = listed.filter((entry) => isShown(row, entry))
  const kept = context.viewCache.itemsOf(row.channelId)
  const firstSeq = row.log?.firstSeq ?? 1
  const missing = shown.filter((entry) => !kept.has(entry, firstSeq))
  for (const entry of readEntries(context.database, row.channelId, missing)) {
    const content = contentOf(entry)
    const items = itemsOf(context, row, entry, content)
    kept.keep(entry, items, content && content.sent.seq < firstSeq - 1 ? firstSeq : undefined)
  }
  kept.trim(shown)
  return shown.flatMap(({ seq }) => kept.get(seq))
}

/**
 * All that one entry shows. It follows from the entry, the names of people, and the heads of earlier entries; whoever changes what
 * else it follows from tells `viewCache.entryChanged`.
 */
export function itemsOf(
  context: Context,
  row: ChannelRow,
  entry: StoredEntry,
  content: MessageContent | undefined,
): TimelineItem[] {
  const item = itemOf(context, entry, content)
  const beside = content ? [historiesItem(context, row, entry, content), timeItem(entry, content)] : []
  return [item, ...beside].flatMap((each) => each ?? [])
}

/** Undefined for what is no message that could be read, and for what this version does not know. */
export function contentOf({ kind, state, content }: StoredEntry): MessageContent | undefined {
  return kind === 'message' && state === 'clear' && content ? knownContent(content) : undefined
}

/** What was said before this user came is not missing; and the order to erase an entry may be among those that follow. */
export function isShown(row: ChannelRow, { state, seq }: ListedEntry): boolean {
  const isTheirs = seq >= row.joinedSeq
  if (state === 'withheld') return isTheirs && row.log?.seq === row.serverSeq
  return state !== 'waiting' || isTheirs
}

export function itemOf(
  context: Context,
  entry: StoredEntry,
  content: MessageContent | undefined,
): TimelineItem | undefined {
  switch (entry.kind) {
    case 'message':
      return messageItem(context, entry, content)
    case 'commit':
      return membershipItem(context, entry)
    case 'notice':
      return noticeItem(context, entry)
    case 'redaction':
      return undefined
  }
}

function messageItem(
  context: Context,
  entry: StoredEntry,
  content: MessageContent | undefined,
): TimelineItem | undefined {
  const authorName = personName(context, entry.senderUser)
  const key = keyOf(context, entry)
  if (entry.state === 'waiting') {
    const author = entry.senderUser ? { author: entry.senderUser } : {}
    return {
      kind: 'waiting-for-key',
      key,
      seq: entry.seq,
      at: entry.at,
      ...author,
      authorName,
    }
  }
  const base = {
    kind: 'message' as const,
    key,
    seq: entry.seq,
    author: entry.senderUser as UserId,
    authorName,
    mine: entry.senderUser === context.me?.userId,
    at: entry.at,
    files: [],
    state: 'sent' as const,
  }
  if (entry.state === 'erased') return { ...base, text: '', redacted: true }
  if (entry.state !== 'clear' || !entry.content) {
    const text =
      entry.state === 'barred' ? barredWords(authorName) : entry.state === 'withheld' ? WITHHELD : NOT_GENUINE
    return { kind: 'notice', key, seq: entry.seq, at: entry.at, text }
  }
  if (!content) {
    const text = `${authorName} sent something that this version cannot show.`
    return { kind: 'notice', key, seq: entry.seq, at: entry.at, text }
  }
  const said = saidOf(content)
  if (!said) return undefined
  return related(context, entry, said, { ...base, text: said.text, files: filesOf(said).map(fileView) })
}

/** Another device may use a clientId that is taken: only this device's own message is the one in the outbox. */
function keyOf({ keys }: Context, { clientId, sender, seq }: StoredEntry): string {
  return sender !== undefined && sender === keys?.deviceId ? clientId : `${clientId}/${seq}`
}

const NOT_GENUINE = 'A message here did not come from who it claims, so it is not shown.'

const barredWords = (authorName: string) =>
  `${authorName} wrote here, where only moderators do, so it is not shown.`

const WITHHELD =
  'The server does not give out a message that was here, and nobody who may delete it has done so. Tell an administrator.'

const TWO_HISTORIES =
  'Whoever wrote this saw another course of this conversation than is here: the server has lost part of it, or shows people different ones.'

/** What a message says of its sender's log is compared with the log here, and a difference is said beside it (MSG-7). */
function historiesItem(
  context: Context,
  row: ChannelRow,
  entry: StoredEntry,
  { sent }: MessageContent,
): TimelineItem | undefined {
  const head = headAt(context.database, row, sent.seq)
  if (sent.seq < entry.seq && (!head || sameBytes(head, sent.head))) return undefined
  const key = `${keyOf(context, entry)}/histories`
  return { kind: 'notice', key, seq: entry.seq, at: entry.at, text: TWO_HISTORIES }
}

/** Clocks differ, and a message may have waited to be sent; by more than this it is said. */
const TIMES_APART_MS = 24 * 60 * 60 * 1000

/** The server dates entries; a message says, signed, when it was written. Where they are far apart both are shown (MSG-9). */
function timeItem(entry: StoredEntry, { sentAt }: MessageContent): TimelineItem | undefined {
  if (Math.abs(sentAt - entry.at) <= TIMES_APART_MS) return undefined
  const written = new Date(sentAt).toISOString().slice(0, 16).replace('T', ' ')
  const text = `The time shown here is the server’s. By the clock of whoever wrote this, it was written on ${written} (UTC).`
  return { kind: 'notice', key: `${entry.clientId}/time`, seq: entry.seq, at: entry.at, text }
}

/** Undefined for what has not been fetched. */
function headAt(database: Database, { channelId, log }: ChannelRow, seq: number): Uint8Array | undefined {
  if (seq === 0) return FIRST_HEAD
  if (log && seq === log.firstSeq - 1) return log.headBefore
  return readHead(database, channelId, seq)
}

/** What waits to be sent; what each is shown as is kept until its state changes. */
function outgoingItems(context: Context, channelId: ChannelId): TimelineItem[] {
  const kept = context.viewCache.outgoingOf(channelId)
  const listed = listOutbox(context.database, channelId)
  kept.trim(listed)
  return listed.flatMap((sending) => {
    const items = kept.get(sending) ?? makeOutgoing(context, kept, sending)
    const transfer = context.transfers.view(sending.clientId)
    return transfer ? items.map((item) => (item.kind === 'message' ? { ...item, transfer } : item)) : items
  })
}

function makeOutgoing(context: Context, kept: OutgoingItems, sending: ListedSending) {
  const item = readOutboxItem(context.database, sending.clientId)
  return kept.keep(sending, (item && outgoingItem(context, item)) ?? [])
}

/** In the channel, or in the thread of the root that is named. */
function outgoingItem(context: Context, item: OutboxItem, inThread?: number): TimelineItem | undefined {
  const said = saidOf(decodeContent(item.content))
  if (!said || !context.me) return undefined
  if (inThread ? !isAnswerIn(said, inThread) : said.type === 'thread' && !said.inChannel) return undefined
  return {
    kind: 'message',
    key: item.clientId,
    author: context.me.userId,
    authorName: context.me.displayName,
    mine: true,
    at: item.createdAt,
    text: said.text,
    files: filesOf(said).map(fileView),
    state: item.state === 'sending' ? 'sending' : item.state,
    ...(item.problem ? { problem: item.problem } : {}),
    ...(said.type === 'poll'
      ? { poll: pollOf(context, { ...item, seq: 0, senderUser: context.me.userId }, said, []) }
      : {}),
    ...setting(context, item.channelId, said),
  }
}

function isAnswerIn(said: Said, root: number): boolean {
  return said.type === 'thread' && said.to.seq === root
}

/** One thread: its root, where it is here, and the answers (REL-4). */
export function threadView(context: Context, { channelId, root }: Params<'thread'>): ThreadView {
  const { database } = context
  const entries = [root, ...readThread(database, channelId, root)].flatMap(
    (seq) => readEntry(database, channelId, seq) ?? [],
  )
  const items = entries.flatMap((entry) => itemOf(context, entry, contentOf(entry)) ?? [])
  const outbox = readRelatedOutbox(database, channelId)
  const outgoing = outbox.flatMap((item) => outgoingItem(context, item, root) ?? [])
  const unread = threadFacts(context, channelId, root)?.unread ?? 0
  return { channelId, root, items: [...withPending(context, outbox, items), ...outgoing], unread }
}

export function pinsView(context: Context, channelId: ChannelId): PinsView {
  const items = pinned(context.database, channelId)
    .flatMap((entry) => itemOf(context, entry, contentOf(entry)) ?? [])
    .filter((item) => item.kind === 'message' && !item.redacted)
  return { items: withPending(context, readRelatedOutbox(context.database, channelId), items) }
}

const KEPT = 'The server no longer has what follows here. It is kept on this device.'

/** What the server's log has lost stands where it stood, under words that say so (LOG-8, LOG-16). */
export function insertKept(
  context: Context,
  channelId: ChannelId,
  [firstSeq, lastSeq]: readonly [number, number],
  items: TimelineItem[],
): void {
  const kept = readKeptMessages(context.database, channelId).filter(
    ({ afterSeq }) => afterSeq + 1 >= firstSeq && afterSeq < lastSeq,
  )
  for (const afterSeq of new Set(kept.map((message) => message.afterSeq))) {
    const lost = kept.filter((message) => message.afterSeq === afterSeq)
    const said = lost.flatMap((message) => keptItem(context, message) ?? [])
    const place = items.findIndex((item) => (item.seq ?? Infinity) > afterSeq)
    const [key, at] = [`kept/${afterSeq}`, lost[0]?.at ?? 0]
    const words: TimelineItem = { kind: 'notice', key, seq: afterSeq, at, text: KEPT }
    if (said.length > 0) items.splice(place === -1 ? items.length : place, 0, words, ...said)
  }
}

function keptItem(context: Context, kept: KeptMessage): TimelineItem | undefined {
  const said = saidOf(knownContent(kept.content))
  if (!said || !kept.senderUser) return undefined
  return {
    kind: 'message',
    key: kept.clientId,
    seq: kept.afterSeq,
    author: kept.senderUser,
    authorName: personName(context, kept.senderUser),
    mine: kept.senderUser === context.me?.userId,
    at: kept.at,
    text: said.text,
    files: filesOf(said).map(fileView),
    state: 'sent',
  }
}

/** Ours have 360. */
const THUMBNAIL_MAX_SIDE = 1024

/** FIL-9: a few hundred bytes can say that they are a billion pixels, and it is drawn without being asked for. */
function isSmall(thumbnail: Uint8Array, mediaType: string): boolean {
  if (!mediaType.startsWith('image/')) return true
  const { width, height } = pictureSize(thumbnail) ?? { width: Infinity, height: Infinity }
  return Math.max(width, height) <= THUMBNAIL_MAX_SIDE
}

function fileView(file: FileReference): FileView {
  const { blobId, mediaType, size, width, height, thumbnail } = file
  const waveform = thumbnail && mediaType.startsWith('audio/') ? knownWaveform(thumbnail) : undefined
  return {
    blobId,
    name: shownFileName(file.name),
    mediaType,
    size,
    ...(width ? { width } : {}),
    ...(height ? { height } : {}),
    ...(thumbnail && !waveform && isSmall(thumbnail, mediaType)
      ? { thumbnail: btoa(String.fromCharCode(...thumbnail)) }
      : {}),
    ...(waveform ? { waveform: { ...waveform, levels: [...waveform.levels] } } : {}),
  }
}

function membershipItem(context: Context, entry: StoredEntry): TimelineItem | undefined {
  if (!entry.content) return undefined
  const text = membershipText(context, decodeMembership(entry.content))
  return text === ''
    ? undefined
    : { kind: 'notice', key: keyOf(context, entry), seq: entry.seq, at: entry.at, text }
}

function noticeItem(context: Context, entry: StoredEntry): TimelineItem | undefined {
  const notice = decodeNotice(entry.payload)
  if (!notice) return undefined
  // Names of other channels are none of the server's (CH-6): their members say them.
  if (notice.type === 'renamed' && readChannel(context.database, entry.channelId)?.kind !== 'public')
    return undefined
  const by = personName(context, notice.userId)
  const texts = {
    renamed: `${by} renamed this channel to ${cleanName(notice.name ?? '')}`,
    archived: `${by} archived this channel`,
    unarchived: `${by} brought this channel back`,
    'moderators-write': `${by} made this a channel for announcements: only moderators write`,
    'members-write': `${by} opened this channel: everybody in it writes`,
    asked: `${by} asks to come in by an invite link`,
    invited: `${by} was invited`,
  }
  return {
    kind: 'notice',
    key: keyOf(context, entry),
    seq: entry.seq,
    at: entry.at,
    text: texts[notice.type],
  }
}

const PREVIEW_MAX_CHARACTERS = 120

/** The newest message, for the channel list. */
export function previewOf(
  context: Context,
  channelId: ChannelId,
): { author: string; text: string } | undefined {
  const newest = readNewest(context.database, channelId, ['message'], 3)
    .filter((entry) => entry.state === 'clear' && entry.content)
    .at(-1)
  if (!newest?.content) return undefined
  const said = saidOf(knownContent(newest.content))
  if (!said) return undefined
  const text = presentText(context, newest, said) || (filesOf(said)[0]?.name ?? '')
  return {
    author: personName(context, newest.senderUser),
    text: plainLine(text, PREVIEW_MAX_CHARACTERS),
  }
}
