/**
 * Shares watches between views: one subscription for each query and its parameters, however many components look at it.
 * A watch that nobody needs any more lingers for a moment, so that going from one screen to the next shows no gap.
 */
import type { Engine, Params, QueryName, Result } from '@reforms/client'
import { onceAFrame } from './once-a-frame.ts'
import { sharing } from './sharing.ts'

const LINGER_MS = 2000

interface Watched {
  value: unknown
  listeners: Set<() => void>
  stop: () => void
  linger?: ReturnType<typeof setTimeout>
}

export class WatchStore {
  readonly #engine: Engine
  readonly #watched = new Map<string, Watched>()
  readonly #changed = new Set<Watched>()
  /** One message changes half a dozen views, of which each would draw much of the page again. */
  readonly #tellSoon = onceAFrame(() => this.#tellAll())

  constructor(engine: Engine) {
    this.#engine = engine
  }

  subscribe<Q extends QueryName>(query: Q, params: Params<Q>, listener: () => void): () => void {
    const key = keyOf(query, params)
    const watched = this.#watched.get(key) ?? this.#start(key, query, params)
    clearTimeout(watched.linger)
    watched.listeners.add(listener)
    return () => {
      watched.listeners.delete(listener)
      if (watched.listeners.size === 0) watched.linger = setTimeout(() => this.#end(key, watched), LINGER_MS)
    }
  }

  snapshot<Q extends QueryName>(query: Q, params: Params<Q>): Result<Q> | undefined {
    return this.#watched.get(keyOf(query, params))?.value as Result<Q> | undefined
  }

  #start<Q extends QueryName>(key: string, query: Q, params: Params<Q>): Watched {
    const watched: Watched = { value: undefined, listeners: new Set(), stop: () => undefined }
    this.#watched.set(key, watched)
    watched.stop = this.#engine.watch(query, params, (snapshot) => {
      const isFirst = watched.value === undefined
      const value = sharing(watched.value, snapshot)
      if (!isFirst && value === watched.value) return
      watched.value = value
      this.#changed.add(watched)
      if (isFirst) this.#tellAll()
      else this.#tellSoon()
    })
    return watched
  }

  #tellAll(): void {
    const changed = [...this.#changed]
    this.#changed.clear()
    for (const { listeners } of changed) for (const listener of [...listeners]) listener()
  }

  #end(key: string, watched: Watched): void {
    this.#watched.delete(key)
    watched.stop()
  }
}

function keyOf(query: string, params: object): string {
  return query + JSON.stringify(params)
}
