/** Storing what entries say about others, and erasing it; and telling the views which other entries look otherwise for it. */
import type { MessageContent } from '@reforms/crypto'
import type { ChannelId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { indexChanged, plainlyFindable } from './findable.ts'
import { saidOf, type Said } from './said.ts'
import { readEntry } from '../tables/entries.ts'
import { noteCall, removeCall } from '../tables/inbox.ts'
import {
  eraseEntry,
  noteRelation,
  readStandings,
  relatives,
  type Erased,
  type Standing,
} from '../tables/relations.ts'
import { indexNew, type IndexedEntry } from '../tables/search.ts'

interface Place {
  readonly channelId: ChannelId
  readonly seq: number
}

/**
 * Messages of one channel that say something for its own sake, which nearly all do: thousands of them come at once to who was away. They
 * are noted together, at the end of the transaction in which they were stored.
 */
export class PlainMessages {
  readonly #context: Context
  readonly #added = new Map<number, Place & { readonly said: Said; readonly calls: boolean }>()

  constructor(context: Context) {
    this.#context = context
  }

  /** False for what says something about another, which is noted where it stands. */
  add({ channelId, seq }: Place, content: MessageContent | undefined, calls: boolean): boolean {
    const said = saidOf(content)
    if (!said || 'to' in said) return false
    this.#added.set(seq, { channelId, seq, said, calls })
    return true
  }

  note(): void {
    const [first] = this.#added.values()
    if (!first) return
    const { channelId } = first
    const indexed: IndexedEntry[] = []
    for (const standing of readStandings(this.#context.database, channelId, [...this.#added.keys()])) {
      const added = this.#added.get(standing.seq)
      if (!added) continue
      if (!standing.alone) {
        noteRelated(this.#context, added)
        continue
      }
      this.#noteCall(standing, added)
      indexed.push(plainlyFindable({ ...standing, channelId }, added.said))
      this.#context.viewCache.entryChanged(channelId, standing.seq)
    }
    indexNew(this.#context.database, indexed)
  }

  #noteCall({ notifies, senderUser }: Standing, added: Place & { readonly calls: boolean }): void {
    const { database, keys } = this.#context
    const mayCall = added.calls || notifies || senderUser === keys?.userId
    if (keys && mayCall) noteCall(database, keys.userId, added)
  }
}

/** Within the transaction in which an entry was stored: what it says about others, and others about it. */
export function noteRelated(context: Context, { channelId, seq }: Place): void {
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
