/**
 * What views have made of the database and may show again: only what changed since is made anew. Nothing here is needed; whatever
 * is in doubt is forgotten. The views use it, and whoever changes what they show says so through the context.
 */
import type { Leaf } from '@reforms/crypto'
import type { ChannelId, ChannelPolicy } from '@reforms/protocol'
import type { ChannelItem, Member, TimelineItem } from '../../engine-api.ts'
import type { ListedEntry } from '../tables/entries.ts'
import type { ListedSending } from '../tables/outbox.ts'

/** Of so many channels, those looked at last, what their entries show is kept. */
const CHANNELS_MAX = 4
/** A longer past is let go of. */
const ITEMS_MAX = 20_000

interface KeptItems {
  readonly state: ListedEntry['state']
  readonly items: readonly TimelineItem[]
  /** They may look otherwise once the log here begins elsewhere than at this seq. */
  readonly whileFrom: number | undefined
}

/** What the entries of one channel show. */
export class EntryItems {
  readonly #kept = new Map<number, KeptItems>()

  has({ seq, state }: ListedEntry, firstSeq: number): boolean {
    const kept = this.#kept.get(seq)
    return kept?.state === state && (kept.whileFrom ?? firstSeq) === firstSeq
  }

  get(seq: number): readonly TimelineItem[] {
    return this.#kept.get(seq)?.items ?? []
  }

  keep({ seq, state }: ListedEntry, items: readonly TimelineItem[], whileFrom: number | undefined): void {
    this.#kept.set(seq, { state, items, whileFrom })
  }

  forget(seq: number): void {
    this.#kept.delete(seq)
  }

  /** Where it has become too much, all but these. */
  trim(listed: readonly ListedEntry[]): void {
    if (this.#kept.size <= ITEMS_MAX) return
    const wanted = new Set(listed.map(({ seq }) => seq))
    for (const seq of this.#kept.keys()) if (!wanted.has(seq)) this.#kept.delete(seq)
  }
}

/** What one channel's outbox shows. */
export class OutgoingItems {
  readonly #kept = new Map<string, ListedSending & { items: readonly TimelineItem[] }>()

  get({ clientId, state, problem }: ListedSending): readonly TimelineItem[] | undefined {
    const kept = this.#kept.get(clientId)
    return kept?.state === state && kept.problem === problem ? kept.items : undefined
  }

  keep(sending: ListedSending, item: TimelineItem | TimelineItem[]): readonly TimelineItem[] {
    const items = [item].flat()
    this.#kept.set(sending.clientId, { ...sending, items })
    return items
  }

  /** Without those that have been sent. */
  trim(listed: readonly ListedSending[]): void {
    if (this.#kept.size <= 2 * listed.length) return
    const wanted = new Set<string>(listed.map(({ clientId }) => clientId))
    for (const clientId of this.#kept.keys()) if (!wanted.has(clientId)) this.#kept.delete(clientId)
  }
}

/** What an item of the channel list takes time to find out. */
export type ListedChannel = Pick<ChannelItem, 'name' | 'unread' | 'mentions' | 'threads' | 'preview'>

/** What a channel's group says, in one epoch. */
export interface GroupFacts {
  readonly policy: ChannelPolicy
  readonly leaves: readonly Leaf[]
}

interface Kept<T> {
  readonly of: string
  readonly value: T
}

export class ViewCache {
  readonly #entries = new Map<ChannelId, EntryItems>()
  readonly #outgoing = new Map<ChannelId, OutgoingItems>()
  readonly #listed = new Map<ChannelId, Kept<ListedChannel>>()
  /** Those that are named after people, or quote one. */
  readonly #named = new Set<ChannelId>()
  readonly #groups = new Map<ChannelId, Kept<GroupFacts | undefined>>()
  readonly #members = new Map<ChannelId, Kept<Member[]>>()

  itemsOf(channelId: ChannelId): EntryItems {
    return newest(this.#entries, channelId, () => new EntryItems())
  }

  outgoingOf(channelId: ChannelId): OutgoingItems {
    return newest(this.#outgoing, channelId, () => new OutgoingItems())
  }

  /** Each of these is kept while it is `of` the same, and nobody says that it has changed. */
  listed(channelId: ChannelId, of: string, make: () => ListedChannel & { named: boolean }): ListedChannel {
    return keptOr(this.#listed, channelId, of, () => {
      const { named, ...listed } = make()
      if (named) this.#named.add(channelId)
      return listed
    })
  }

  group(channelId: ChannelId, of: string, make: () => GroupFacts | undefined): GroupFacts | undefined {
    const facts = keptOr(this.#groups, channelId, of, make)
    return newest(this.#groups, channelId, () => ({ of, value: facts })).value
  }

  members(channelId: ChannelId, of: string, make: () => Member[]): Member[] {
    const members = keptOr(this.#members, channelId, of, make)
    return newest(this.#members, channelId, () => ({ of, value: members })).value
  }

  /** What an entry shows is another, though its state is the same. */
  entryChanged(channelId: ChannelId, seq: number): void {
    this.#entries.get(channelId)?.forget(seq)
    this.#listed.delete(channelId)
  }

  /** Entries have been taken out of the log here: others may come in their places. */
  logCut(channelId: ChannelId): void {
    this.#entries.delete(channelId)
    this.#listed.delete(channelId)
  }

  channelChanged(channelId: ChannelId): void {
    this.#listed.delete(channelId)
  }

  channelsChanged(): void {
    this.#listed.clear()
  }

  presenceChanged(): void {
    this.#members.clear()
  }

  /** Names of people, or of their devices. */
  peopleChanged(): void {
    for (const kept of [this.#entries, this.#outgoing, this.#members]) kept.clear()
    for (const channelId of this.#named) this.#listed.delete(channelId)
    this.#named.clear()
  }

  clear(): void {
    this.peopleChanged()
    this.#listed.clear()
    this.#groups.clear()
  }
}

function keptOr<T>(kept: Map<ChannelId, Kept<T>>, channelId: ChannelId, of: string, make: () => T): T {
  const known = kept.get(channelId)
  if (known?.of === of) return known.value
  const value = make()
  kept.set(channelId, { of, value })
  return value
}

/** Moved to the end, as the one used last; the one unused for longest goes. */
function newest<T>(kept: Map<ChannelId, T>, channelId: ChannelId, make: () => T): T {
  const value = kept.get(channelId) ?? make()
  kept.delete(channelId)
  kept.set(channelId, value)
  const oldest = kept.keys().next().value
  if (kept.size > CHANNELS_MAX && oldest !== undefined) kept.delete(oldest)
  return value
}
