/**
 * Who watches what. A change names topics; the snapshots that depend on them are computed again, at most once a frame, and
 * handed to their listeners. Snapshots are made from the database, so that a view never sees half of a step.
 */
import type { Clock } from '../ports.ts'
import type { Params, QueryName, Result } from '../engine-api.ts'

/** What a change may concern: everything of one kind, or one channel's part of it. */
export type Topic =
  | 'session'
  | 'connection'
  | 'channels'
  | 'people'
  | 'presence'
  | 'devices'
  | 'teams'
  | 'emoji'
  | 'search'
  | 'status'
  | `receipts:${string}`
  | `own:${string}`
  | `channel:${string}`
  | `timeline:${string}`

interface Watch {
  topics: readonly Topic[]
  group: Group
  tell: () => void
}

type Views = { [Q in QueryName]: (params: Params<Q>) => Result<Q> }
type TopicsOf = { [Q in QueryName]: (params: Params<Q>) => readonly Topic[] }

const TOPICS: TopicsOf = {
  session: () => ['session'],
  connection: () => ['connection'],
  channels: () => ['channels', 'people', 'status', 'own:list', 'own:draft'],
  channel: ({ channelId }) => [`channel:${channelId}`, 'people', 'presence', 'status', 'channels'],
  timeline: ({ channelId }) => [`timeline:${channelId}`, 'people'],
  thread: ({ channelId }) => [`timeline:${channelId}`, 'people'],
  pins: ({ channelId }) => [`timeline:${channelId}`, 'people'],
  people: () => ['people', 'presence', 'status'],
  teams: () => ['teams', 'people'],
  emoji: () => ['emoji'],
  devices: () => ['devices'],
  search: () => ['search'],
  searchIndex: () => ['search'],
  list: () => ['own:list'],
  saved: () => ['own:saved', 'channels', 'people'],
  reminders: () => ['own:reminders', 'channels', 'people'],
  scheduled: () => ['own:later', 'channels', 'people'],
  inbox: () => ['channels', 'people', 'own:inbox', 'own:list'],
  inboxCount: () => ['channels', 'own:inbox', 'own:list'],
  draft: () => ['own:draft'],
  savedIn: () => ['own:saved'],
  threads: () => ['channels', 'people'],
  ownStatus: () => ['own:status', 'status'],
  readers: ({ channelId }) => [`receipts:${channelId}`, `channel:${channelId}`, 'own:status', 'people'],
}

/** About one frame: changes that follow each other closely are told together. */
const GATHER_MS = 12
/** What takes long to tell is told less often, so that no more than a third of the time goes into telling. */
const REST_TIMES = 2
const REST_MAX_MS = 250
/** What stands around a message that has just come: until then the page has said that it was read, and draws it once. */
const PUT_OFF_MS = 100

/** Watches that are told together. */
class Group {
  readonly #clock: Clock
  readonly #due = new Set<Watch>()
  #cancel: (() => void) | undefined
  #gatherMs = GATHER_MS
  #toldAt = -Infinity
  #isPutOff = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(watch: Watch): void {
    this.#due.add(watch)
    if (!this.#cancel) this.#schedule(this.#gatherMs)
  }

  /** At once, unless something has been told a moment ago. */
  hurry(): void {
    if (this.#cancel && Math.abs(this.#clock.now() - this.#toldAt) >= this.#gatherMs) this.#schedule(0)
  }

  /** Later, once: what goes on changing is not put off for ever. */
  putOff(): void {
    if (!this.#cancel || this.#isPutOff) return
    this.#schedule(Math.max(PUT_OFF_MS, this.#gatherMs))
    this.#isPutOff = true
  }

  #schedule(afterMs: number): void {
    this.#cancel?.()
    this.#cancel = this.#clock.after(afterMs, () => this.#tellAll())
  }

  #tellAll(): void {
    this.#cancel = undefined
    this.#isPutOff = false
    const began = this.#clock.now()
    const due = [...this.#due]
    this.#due.clear()
    for (const watch of due) watch.tell()
    this.#toldAt = this.#clock.now()
    // A clock that is set meanwhile tells nothing.
    const took = Math.max(0, this.#toldAt - began)
    this.#gatherMs = Math.min(REST_MAX_MS, Math.max(GATHER_MS, took * REST_TIMES))
  }
}

export class Watches {
  readonly #watches = new Set<Watch>()
  /** What somebody reads, and what stands around it. */
  readonly #groups: { readonly read: Group; readonly around: Group }
  #views: Views | undefined

  constructor(clock: Clock) {
    this.#groups = { read: new Group(clock), around: new Group(clock) }
  }

  /** Views are made of a context that holds these watches, so they come afterwards. */
  useViews(views: Views): void {
    this.#views = views
  }

  watch<Q extends QueryName>(
    query: Q,
    params: Params<Q>,
    listener: (snapshot: Result<Q>) => void,
  ): () => void {
    const tell = () => {
      const view = this.#views?.[query] as ((params: Params<Q>) => Result<Q>) | undefined
      if (view && this.#watches.has(watch)) listener(view(params))
    }
    const group = this.#groups[query === 'timeline' || query === 'thread' ? 'read' : 'around']
    const watch: Watch = { topics: TOPICS[query](params as never), group, tell }
    this.#watches.add(watch)
    tell()
    return () => this.#watches.delete(watch)
  }

  isWatched(topic: Topic): boolean {
    return [...this.#watches].some((watch) => watch.topics.includes(topic))
  }

  changed(...topics: Topic[]): void {
    for (const watch of this.#watches) {
      if (watch.topics.some((topic) => topics.includes(topic))) watch.group.add(watch)
    }
  }

  /** Something has come that is to be seen at once, and nothing more of it is about to change. */
  hasCome(): void {
    this.#groups.read.hurry()
    this.#groups.around.putOff()
  }

  /** All topics of which somebody watches: after signing in or out. */
  everythingChanged(): void {
    for (const watch of this.#watches) watch.group.add(watch)
  }
}
