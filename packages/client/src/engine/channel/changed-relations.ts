/** Storing what entries say about others, and erasing it; and telling the views which other entries look otherwise for it. */
import type { ChannelId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { indexChanged } from './findable.ts'
import { readEntry } from '../tables/entries.ts'
import { noteCall, removeCall } from '../tables/inbox.ts'
import { eraseEntry, noteRelation, relatives, type Erased } from '../tables/relations.ts'

/** Within the transaction in which an entry was stored. */
export function noteRelated(context: Context, channelId: ChannelId, seq: number): void {
  const hidden = noteRelation(context.database, channelId, seq)
  if (context.keys) noteCall(context.database, context.keys.userId, { channelId, seq })
  for (const each of hidden) {
    removeCall(context.database, channelId, each)
    indexChanged(context, channelId, each)
    tell(context, channelId, each)
  }
  indexChanged(context, channelId, seq)
  tell(context, channelId, seq)
}

export function eraseRelated(context: Context, channelId: ChannelId, erased: Erased): void {
  // What it said about others is gone afterwards.
  tell(context, channelId, erased.seq)
  // What it was about shows that something is gone, also where nobody here has read it (POLL-5).
  const about = readEntry(context.database, channelId, erased.seq)?.relatesTo
  if (about !== undefined) context.viewCache.entryChanged(channelId, about)
  eraseEntry(context.database, channelId, erased)
  removeCall(context.database, channelId, erased.seq)
  indexChanged(context, channelId, erased.seq)
}

function tell({ database, viewCache }: Context, channelId: ChannelId, seq: number): void {
  for (const other of relatives(database, channelId, seq)) viewCache.entryChanged(channelId, other)
}
