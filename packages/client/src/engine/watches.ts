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
  | 'search'
  | 'status'
  | `receipts:${string}`
  | `own:${string}`
  | `channel:${string}`
  | `timeline:${string}`

interface Watch {
  topics: readonly Topic[]
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

export class Watches {
  readonly #watches = new Set<Watch>()
  readonly #changed = new Set<Topic>()
  readonly #clock: Clock
  #views: Views | undefined
  #scheduled = false
  #gatherMs = GATHER_MS

  constructor(clock: Clock) {
    this.#clock = clock
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
      if (view) listener(view(params))
    }
    const watch: Watch = { topics: TOPICS[query](params as never), tell }
    this.#watches.add(watch)
    tell()
    return () => this.#watches.delete(watch)
  }

  isWatched(topic: Topic): boolean {
    return [...this.#watches].some((watch) => watch.topics.includes(topic))
  }

  changed(...topics: Topic[]): void {
    for (const topic of topics) this.#changed.add(topic)
    if (this.#scheduled) return
    this.#scheduled = true
    this.#clock.after(this.#gatherMs, () => this.#tellAll())
  }

  /** All topics of which somebody watches: after signing in or out. */
  everythingChanged(): void {
    this.changed(...[...this.#watches].flatMap((watch) => watch.topics))
  }

  #tellAll(): void {
    this.#scheduled = false
    const changed = new Set(this.#changed)
    this.#changed.clear()
    const began = this.#clock.now()
    for (const watch of [...this.#watches]) {
      if (this.#watches.has(watch) && watch.topics.some((topic) => changed.has(topic))) watch.tell()
    }
    // A clock that is set meanwhile tells nothing.
    const took = Math.max(0, this.#clock.now() - began)
    this.#gatherMs = Math.min(REST_MAX_MS, Math.max(GATHER_MS, took * REST_TIMES))
  }
}
