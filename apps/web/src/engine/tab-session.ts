/**
 * One tab as the engine's worker serves it: its watches, its requests, what it looks at. It ends when the tab's own lock comes
 * free, since a tab that crashed says nothing. Made by engine-host.ts only.
 */
import {
  IntentError,
  type Engine,
  type IntentName,
  type IntentOutput,
  type IntentProblem,
  type Notification,
} from '@reforms/client'
import { platformText } from '../text/platform.ts'
import { giveBack } from '../service-worker/giving-back.ts'
import { tabName, type ToEngine, type ToTab } from '../platform/link.ts'

/** Gives a tab the buffer itself: what a channel copies lies about in both until it is collected. */
export type HandOn = (message: ToTab, bytes: ArrayBuffer) => void

export interface TabSessionOptions {
  readonly tab: string
  readonly term: number
  readonly engine: Engine
  readonly onGone: () => void
}

type Send = Extract<ToEngine, { kind: 'send' }>

export class TabSession {
  readonly #options: TabSessionOptions
  readonly #channel: BroadcastChannel
  readonly #watches = new Map<number, () => void>()
  readonly #ended = new AbortController()
  /** Absent as long as there is only the channel. */
  handOn: HandOn | undefined
  /** Requests that are under way. */
  pending = 0

  constructor(options: TabSessionOptions) {
    this.#options = options
    this.#channel = new BroadcastChannel(tabName(options.tab))
    this.#channel.addEventListener('message', ({ data }: MessageEvent<ToEngine>) => this.#receive(data))
    this.welcome()
    navigator.locks
      .request(tabName(options.tab), { signal: this.#ended.signal }, () => options.onGone())
      .catch(() => undefined)
  }

  welcome(): void {
    this.#tell({ kind: 'welcome' })
  }

  notify(notification: Notification): void {
    this.#tell({ kind: 'notification', notification })
  }

  end(): void {
    this.#ended.abort()
    for (const stop of this.#watches.values()) stop()
    this.#watches.clear()
    this.#channel.close()
  }

  #receive(message: ToEngine): void {
    if (message.term !== this.#options.term) return
    switch (message.kind) {
      case 'watch': {
        const { id, query, params } = message
        this.#unwatch(id)
        this.#watches.set(id, this.#options.engine.watch(query, params as never, this.#listenerOf(id)))
        return
      }
      case 'unwatch':
        return this.#unwatch(message.id)
      case 'send':
        return void this.#send(message)
    }
  }

  /** Views are made anew with whatever may concern them, and often come out as they were: then there is nothing to draw. */
  #listenerOf(id: number): (snapshot: unknown) => void {
    let told: { readonly json: string | undefined } | undefined
    return (snapshot) => {
      const json = JSON.stringify(snapshot)
      if (told?.json === json) return
      told = { json }
      this.#tell({ kind: 'snapshot', id, snapshot })
    }
  }

  #unwatch(id: number): void {
    this.#watches.get(id)?.()
    this.#watches.delete(id)
  }

  async #send({ id, intent, input }: Send): Promise<void> {
    this.pending += 1
    this.#tell({ kind: 'received', id })
    try {
      const output: unknown = await this.#options.engine.send(intent, input as never)
      this.#answer({ kind: 'done', id, output }, intent)
    } catch (problem) {
      this.#tell({ kind: 'refused', id, problem: problemOf(problem) })
    } finally {
      this.pending -= 1
    }
  }

  #answer(message: Extract<Untermed<ToTab>, { kind: 'done' }>, intent: IntentName): void {
    const { term } = this.#options
    if (intent !== 'file.range' || this.#ended.signal.aborted) return this.#tell(message)
    const { buffer } = (message.output as IntentOutput<'file.range'>).bytes
    if (this.handOn) return this.handOn({ ...message, term }, buffer as ArrayBuffer)
    this.#tell(message)
    giveBack(buffer as ArrayBuffer)
  }

  #tell(message: Untermed<ToTab>): void {
    if (!this.#ended.signal.aborted) this.#channel.postMessage({ ...message, term: this.#options.term })
  }
}

type Untermed<M> = M extends unknown ? Omit<M, 'term'> : never

function problemOf(problem: unknown): IntentProblem {
  if (problem instanceof IntentError) return problem.problem
  console.warn('an intent failed', problem)
  return { code: 'internal', message: platformText.failed }
}
