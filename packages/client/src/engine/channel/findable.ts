/**
 * What search finds a message by: its words as they are now. Within the transaction in which an entry was stored, changed or
 * erased. SPEC.md, SRCH-1, LOG-16.
 */
import { knownContent } from '@reforms/crypto'
import type { ChannelId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readEntry, type StoredEntry } from '../tables/entries.ts'
import { readEditedBy, readPlace } from '../tables/relations.ts'
import { indexEntry, unindexAfter, unindexEntry, type IndexedEntry } from '../tables/search.ts'
import { presentText } from './relating.ts'
import { asWords } from './polling.ts'
import { filesOf, saidOf, type Said } from './said.ts'

type Here = Pick<Context, 'database'>

/** Whatever has become of an entry: an edit, and one that is no more, counts for the message that it changes. */
export function indexChanged(context: Here, channelId: ChannelId, seq: number): void {
  indexMessage(context, channelId, seq)
  const entry = readEntry(context.database, channelId, seq)
  if (entry?.relatesTo === undefined) return
  const isEdit = entry.content !== undefined && knownContent(entry.content)?.type === 'edit'
  if (isEdit || entry.state === 'erased') indexMessage(context, channelId, entry.relatesTo)
}

/** What is not here, not readable or nobody's words is not found. */
export function indexMessage(context: Here, channelId: ChannelId, seq: number): void {
  const { database } = context
  const entry = readEntry(database, channelId, seq)
  const content = entry?.state === 'clear' && entry.content ? knownContent(entry.content) : undefined
  const said = saidOf(content)
  const place = entry && readPlace(database, entry)
  if (!entry || !said || place === 'nowhere') return unindexEntry(database, channelId, seq)
  const inThread = place === 'thread' || place === 'both'
  indexEntry(database, {
    ...entry,
    inThread,
    text: findableText(context, entry, said),
    files: filesOf(said),
  })
}

/** What nothing else speaks of, as it is indexed. */
export function plainlyFindable(
  { channelId, seq, at, senderUser }: Pick<IndexedEntry, 'channelId' | 'seq' | 'at' | 'senderUser'>,
  said: Said,
): IndexedEntry {
  const text = said.type === 'poll' ? asWords(said) : said.text
  return { channelId, seq, at, senderUser, inThread: false, text, files: filesOf(said) }
}

/** A poll is found by its options too. */
export function findableText(context: Here, entry: StoredEntry, said: Said): string {
  return said.type === 'poll' ? asWords(said) : presentText(context, entry, said)
}

/** What the server's log has lost is kept in sight apart from the log, and found no more; nor what an edit there said (LOG-8). */
export function unindexLost(context: Here, channelId: ChannelId, seq: number, forget: () => void): void {
  const edited = readEditedBy(context.database, channelId, seq)
  forget()
  unindexAfter(context.database, channelId, seq)
  for (const target of edited) indexMessage(context, channelId, target)
}
