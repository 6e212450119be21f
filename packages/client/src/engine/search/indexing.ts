/**
 * Indexing in the background what came before the index: first the messages that are here already, in slices that leave the engine time for
 * everything else; then older history of all channels, which is fetched for it, newest first. It pauses while somebody uses the
 * messenger, and goes on from the database after a restart. SPEC.md, SRCH-2.
 */
import { policyOf } from '@reforms/crypto'
import { limits, ProtocolError, type ChannelId } from '@reforms/protocol'
import type { IntentOutput } from '../../engine-api.ts'
import type { SearchIndex } from '../../search-api.ts'
import { TransportLost } from '../../ports.ts'
import { fetchBackward } from '../channel/fetching.ts'
import { loadGroup } from '../channel/group-store.ts'
import type { Context } from '../context.ts'
import { readSetting, writeSetting } from '../tables/settings.ts'
import { countTodo, indexSlice } from './stored-messages.ts'

const SLICE_MESSAGES = 100
/** The worker is left alone for as long as a slice took, and at least so long. */
const SLICE_PAUSE_MS = 10
const PAGE_ENTRIES = Math.min(200, limits.LOG_PAGE_MAX)
/** Between two pages, at least, and twice as long as the last one took. */
const PAGE_PAUSE_MS = 400
/** Nobody has asked for anything for so long: then history may be fetched. */
const QUIET_MS = 2000
const LOOK_AGAIN_MS = 1000
const FAILED_MS = 15_000
/** What else a start and a connect bring goes first. */
const START_MS = 3000

const FETCH_HISTORY = 'fetch-history'

/** How long until the next step; undefined where there is nothing to do until something changes. */
type Next = number | undefined

export class Indexing {
  readonly #context: Context
  /** Channels whose history is here as far as it is this user's, or cannot be had now, and where they began when that was found. */
  readonly #settled = new Map<ChannelId, number>()
  #usedAt = 0
  #cancel: (() => void) | undefined

  constructor(context: Context) {
    this.#context = context
  }

  /** After a start, a connect, or what may have brought new channels. */
  poke(): void {
    this.#settled.clear()
    this.#later(START_MS)
  }

  /** Somebody does something: what they want goes first. */
  used(): void {
    this.#usedAt = this.#context.now()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  get fetches(): boolean {
    const chosen = readSetting(this.#context.database, FETCH_HISTORY)
    return typeof chosen === 'boolean' ? chosen : this.#context.ports.client === 'browser'
  }

  setFetches(fetches: boolean): void {
    writeSetting(this.#context.database, FETCH_HISTORY, fetches)
    this.#context.watches.changed('search')
    if (fetches) this.poke()
  }

  /** How much of what this user may read can be found. */
  view(): SearchIndex {
    const todo = countTodo(this.#context.database)
    const past = this.#past()
    const here = past.reduce((sum, { here }) => sum + here, 0)
    const missing = past.reduce((sum, { missing }) => sum + missing, 0)
    return { done: Math.max(0, here - todo), of: here + missing, fetches: this.fetches }
  }

  /** At once, for who wants all of a channel's history and waits for it. */
  async fetchPage(channelId: ChannelId): Promise<IntentOutput<'history.fetch'>> {
    const context = this.#context
    const pastOf = () => this.#past().find((past) => past.channelId === channelId)
    const before = pastOf()
    if (!before) return { here: 0, missing: 0, more: false }
    if (before.missing === 0 || !context.online)
      return { here: before.here, missing: before.missing, more: false }
    const moved = await context.serial.run(channelId, () =>
      fetchBackward(context, channelId, limits.LOG_PAGE_MAX),
    )
    context.poke(channelId)
    const { here, missing } = pastOf() ?? before
    return { here, missing, more: moved && missing > 0 }
  }

  #later(afterMs: number): void {
    if (this.#context.stopped) return
    this.#cancel?.()
    this.#cancel = this.#context.ports.clock.after(afterMs, () => {
      this.#cancel = undefined
      void this.#step().then((next) => next !== undefined && this.#later(next))
    })
  }

  async #step(): Promise<Next> {
    if (this.#context.stopped || !this.#context.keys) return undefined
    const began = this.#context.now()
    try {
      if (indexSlice(this.#context, SLICE_MESSAGES)) {
        this.#context.watches.changed('search')
        return Math.max(SLICE_PAUSE_MS, this.#context.now() - began)
      }
      return await this.#fetch(began)
    } catch (error) {
      return this.#failed(error)
    }
  }

  async #fetch(began: number): Promise<Next> {
    const context = this.#context
    if (!this.fetches || !context.online) return undefined
    if (began - this.#usedAt < QUIET_MS && began >= this.#usedAt) return LOOK_AGAIN_MS
    const next = this.#past().find(({ missing }) => missing > 0)
    if (!next) return undefined
    const { channelId, firstSeq } = next
    try {
      const moved = await context.serial.run(channelId, () => fetchBackward(context, channelId, PAGE_ENTRIES))
      if (!moved) this.#settled.set(channelId, firstSeq)
    } catch (error) {
      // The other channels go on; this one is for its own work to mend, and is looked at again after the next connect.
      this.#settled.set(channelId, firstSeq)
      throw error
    }
    context.poke(channelId)
    return Math.max(PAGE_PAUSE_MS, 2 * (context.now() - began))
  }

  #failed(error: unknown): Next {
    if (error instanceof TransportLost || this.#context.stopped) return undefined
    this.#context.ports.log.warn('fetching history for search failed', { error: String(error) })
    const advised = error instanceof ProtocolError ? Number(error.detail?.['retryAfterMs'] ?? 0) : 0
    return Math.max(FAILED_MS, advised)
  }

  /** What is here of each channel's log, and what is not and could be: the channel whose gap begins last comes first. */
  #past(): { channelId: ChannelId; firstSeq: number; here: number; missing: number }[] {
    return this.#context.database
      .all(
        `SELECT c.channel_id, c.kind, c.first_seq, c.seq, c.joined_seq FROM channel c
         LEFT JOIN entry e ON e.channel_id = c.channel_id AND e.seq = c.first_seq
         WHERE c.place = 'member' AND c.seq IS NOT NULL ORDER BY e.at DESC`,
      )
      .map((row) => {
        const channelId = row['channel_id'] as ChannelId
        const [firstSeq, seq, joinedSeq] = [
          Number(row['first_seq']),
          Number(row['seq']),
          Number(row['joined_seq']),
        ]
        const oldest = row['kind'] === 'public' ? 1 : this.#oldestWanted(channelId, firstSeq, joinedSeq)
        const settled = this.#settled.get(channelId) === firstSeq
        const missing = settled ? 0 : Math.max(0, firstSeq - oldest)
        return { channelId, firstSeq, here: seq - firstSeq + 1, missing }
      })
  }

  /** What lies before this user came in is theirs only under the history rule `all` (EPO-5). */
  #oldestWanted(channelId: ChannelId, firstSeq: number, joinedSeq: number): number {
    if (firstSeq > joinedSeq) return Math.max(1, joinedSeq)
    if (firstSeq <= 1 || this.#settled.get(channelId) === firstSeq) return firstSeq
    // Decoding a group takes time, so it is asked only once its part since then is here.
    const group = loadGroup(this.#context, channelId)
    if (group && policyOf(group).history === 'all') return 1
    this.#settled.set(channelId, firstSeq)
    return firstSeq
  }
}
