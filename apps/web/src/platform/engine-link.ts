/**
 * The engine as a tab sees it, wherever it runs: requests go to the present leader's worker, snapshots come back. Made by
 * platform/engine.ts only.
 *
 * 1. What is asked while there is no leader waits, and goes to the next one; so does what a leader never received.
 * 2. At a change of leader every watch is asked for again, and so is every intent that only reads. Any other intent that the
 *    last leader had received is refused: nobody can tell how far it came.
 */
import {
  IntentError,
  type Engine,
  type IntentInput,
  type IntentName,
  type IntentOutput,
  type IntentProblem,
  type Notification,
  type Params,
  type QueryName,
  type Result,
} from '@reforms/client'
import { uuidV7, type ClientId } from '@reforms/protocol'
import { platformText } from '../text/platform.ts'
import { AT_A_CHANGE_OF_LEADER } from './change-of-leader.ts'
import { Lanes } from './lanes.ts'
import {
  SHARED_CHANNEL,
  tabName,
  type EngineCondition,
  type SharedMessage,
  type ToEngine,
  type ToTab,
} from './link.ts'

/** A message gets its clientId here, so that a change of the leader neither loses it nor sends it twice (LOG-6). */
function identified<N extends IntentName>(intent: N, input: IntentInput<N>): IntentInput<N> {
  if (intent !== 'message.send') return input
  return { clientId: uuidV7(Date.now(), crypto.getRandomValues(new Uint8Array(10))) as ClientId, ...input }
}

const TAKEN_OVER: IntentProblem = {
  code: 'unavailable',
  message: platformText.takenOver,
}

interface Watch {
  readonly query: QueryName
  readonly params: unknown
  readonly listener: (snapshot: never) => void
}

interface Sent {
  readonly intent: IntentName
  readonly input: unknown
  readonly resolve: (output: never) => void
  readonly reject: (problem: IntentError) => void
  received: boolean
}

export class EngineLink implements Engine {
  readonly #tab: string
  readonly #shared = new BroadcastChannel(SHARED_CHANNEL)
  readonly #own: BroadcastChannel
  readonly #lanes: Lanes
  readonly #watches = new Map<number, Watch>()
  readonly #sent = new Map<number, Sent>()
  readonly #notificationListeners = new Set<(notification: Notification) => void>()
  readonly #problemListeners = new Set<(problem: string | undefined) => void>()
  #nextId = 1
  /** It holds its own lock: a leader drops tabs whose lock is free, and would not be asked again. */
  #takesPart = false
  #term: number | undefined
  #focus: IntentInput<'view.focus'> | undefined
  #problem: string | undefined

  constructor(tab: string) {
    this.#tab = tab
    this.#own = new BroadcastChannel(tabName(tab))
    this.#own.addEventListener('message', ({ data }: MessageEvent<ToTab>) => this.#hearOwn(data))
    this.#lanes = new Lanes(tab, (message) => this.receive(message))
    this.#shared.addEventListener('message', ({ data }: MessageEvent<SharedMessage>) => this.#hear(data))
    document.addEventListener('visibilitychange', () => this.#announce())
  }

  /** Once this tab holds its own lock. */
  takePart(): void {
    this.#takesPart = true
    this.#announce()
  }

  /** Says that this tab is here. */
  #announce(): void {
    if (!this.#takesPart) return
    this.#say({ kind: 'tab', tab: this.#tab, visible: !document.hidden, term: this.#term })
  }

  watch<Q extends QueryName>(
    query: Q,
    params: Params<Q>,
    listener: (snapshot: Result<Q>) => void,
  ): () => void {
    const id = this.#nextId++
    this.#watches.set(id, { query, params, listener })
    this.#tell({ kind: 'watch', id, query, params })
    return () => {
      if (this.#watches.delete(id)) this.#tell({ kind: 'unwatch', id })
    }
  }

  send<N extends IntentName>(intent: N, input: IntentInput<N>): Promise<IntentOutput<N>> {
    if (intent === 'view.focus') this.#focus = input as IntentInput<'view.focus'>
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      const sent: Sent = { intent, input: identified(intent, input), resolve, reject, received: false }
      this.#sent.set(id, sent)
      if (this.#problem === undefined) this.#pass(id, sent)
      else this.#refuse(id, { code: 'internal', message: this.#problem })
    })
  }

  onNotification(listener: (notification: Notification) => void): () => void {
    this.#notificationListeners.add(listener)
    return () => this.#notificationListeners.delete(listener)
  }

  /** Why the engine cannot run, in words, as long as it cannot: told at once and on every change. */
  onProblem(listener: (problem: string | undefined) => void): () => void {
    this.#problemListeners.add(listener)
    listener(this.#problem)
    return () => this.#problemListeners.delete(listener)
  }

  /** What leaders say of the engine. A running leader that has not welcomed this tab does not know of it. */
  #hear(message: SharedMessage): void {
    if (message.kind === 'heartbeat') this.noteCondition(message, message.term)
  }

  /** A channel does not hear itself: the leading page passes on what it says of its engine. */
  noteCondition(condition: EngineCondition, term: number): void {
    if (this.#term !== undefined && term < this.#term) return
    this.#noteProblem(condition.state === 'failed' ? condition.problem : undefined)
    if (condition.state === 'running' && term !== this.#term) this.#announce()
  }

  #noteProblem(problem: string | undefined): void {
    if (this.#problem === problem) return
    this.#problem = problem
    for (const listener of this.#problemListeners) listener(problem)
    if (problem === undefined) return
    for (const [id, { intent }] of [...this.#sent]) {
      // A leader that only stood still may yet send it, so it stays the same message; the next leader is asked again (LOG-6).
      if (intent === 'message.send' && this.#term !== undefined) continue
      this.#refuse(id, { code: 'internal', message: problem })
    }
  }

  #hearOwn(message: ToTab): void {
    const isCopy = message.kind === 'done' && this.#sent.get(message.id)?.intent === 'file.range'
    if (isCopy && message.term === this.#term) this.#lanes.wish(message.term)
    this.receive(message)
  }

  /** From this tab's channel, a lane, or the worker of this very page. */
  receive(message: ToTab): void {
    if (message.kind === 'welcome') return this.#welcomed(message.term)
    if (message.term !== this.#term) return
    switch (message.kind) {
      case 'snapshot':
        return this.#watches.get(message.id)?.listener(message.snapshot as never)
      case 'received':
        return this.#noteReceived(message.id)
      case 'done':
        this.#sent.get(message.id)?.resolve(message.output as never)
        return void this.#sent.delete(message.id)
      case 'refused':
        return this.#refuse(message.id, message.problem)
      case 'notification':
        for (const listener of this.#notificationListeners) listener(message.notification)
    }
  }

  #noteReceived(id: number): void {
    const sent = this.#sent.get(id)
    if (sent) sent.received = true
  }

  #welcomed(term: number): void {
    if (this.#term !== undefined && term <= this.#term) return
    const isChange = this.#term !== undefined
    this.#term = term
    for (const [id, { query, params }] of this.#watches) this.#tell({ kind: 'watch', id, query, params })
    for (const [id, sent] of this.#sent) {
      if (!sent.received || AT_A_CHANGE_OF_LEADER[sent.intent] === 'again') this.#pass(id, sent)
      else this.#refuse(id, TAKEN_OVER)
    }
    if (isChange && this.#focus) void this.send('view.focus', this.#focus).catch(() => undefined)
  }

  #pass(id: number, sent: Sent): void {
    sent.received = false
    this.#tell({ kind: 'send', id, intent: sent.intent, input: sent.input })
  }

  #refuse(id: number, problem: IntentProblem): void {
    this.#sent.get(id)?.reject(new IntentError(problem))
    this.#sent.delete(id)
  }

  #tell(message: Untermed<ToEngine>): void {
    if (this.#term !== undefined) this.#own.postMessage({ ...message, term: this.#term })
  }

  #say(message: SharedMessage): void {
    this.#shared.postMessage(message)
  }
}

type Untermed<M> = M extends unknown ? Omit<M, 'term'> : never
