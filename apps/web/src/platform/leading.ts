/**
 * One tab's time as the leader: its worker runs the engine, and is started again when that fails. Made by leadership.ts, while
 * this tab holds the leader's lock.
 */
import { platformText } from '../text/platform.ts'
import { onIntroduced } from './lanes.ts'
import {
  HEARTBEAT_MS,
  SHARED_CHANNEL,
  type EndReason,
  type EngineCondition,
  type FromWorker,
  type SharedMessage,
  type ToTab,
  type ToWorker,
} from './link.ts'

const RESTART_MS = 3000
/** Scripts come by way of the service worker, which may stand still together with a tab that was suspended. */
const LATE_MS = 5000
/** How long the tab that asked for the engine may take to seize the lock. */
const HANDED_OVER_MS = 2000

export interface LeadingOptions {
  readonly tab: string
  readonly startWorker: () => Worker
  /** A channel does not hear itself: told beside the channel, for this tab. */
  readonly onCondition: (condition: EngineCondition, term: number) => void
  readonly onAnswer: (message: ToTab) => void
}

export class Leading {
  /** Resolves when this tab has nothing more to lead. */
  readonly done: Promise<void>
  readonly #options: LeadingOptions
  readonly #nextTerm: () => number
  readonly #shared = new BroadcastChannel(SHARED_CHANNEL)
  readonly #noteHidden = () => this.#tell({ kind: 'hidden', hidden: document.hidden })
  readonly #stopIntroductions = onIntroduced(({ tab, term }, port) => {
    if (term === this.#term) this.#worker?.postMessage({ kind: 'lane', tab } satisfies ToWorker, [port])
  })
  #resolve: () => void = () => undefined
  /** Each worker has a term of its own, so that tabs turn to it. */
  #term = 0
  #worker: Worker | undefined
  #heartbeat: ReturnType<typeof setInterval> | undefined
  #restart: ReturnType<typeof setTimeout> | undefined
  /** Until the worker has said its first word. */
  #late: ReturnType<typeof setTimeout> | undefined

  constructor(options: LeadingOptions, nextTerm: () => number) {
    this.#options = options
    this.#nextTerm = nextTerm
    this.done = new Promise((resolve) => (this.#resolve = resolve))
    document.addEventListener('visibilitychange', this.#noteHidden)
    this.#start({ state: 'starting' })
  }

  /** At once, whatever the worker does: what it has committed is on disk. */
  end(): void {
    document.removeEventListener('visibilitychange', this.#noteHidden)
    this.#stopIntroductions()
    this.#stop()
    clearInterval(this.#heartbeat)
    clearTimeout(this.#restart)
    this.#shared.close()
    this.#resolve()
  }

  #start(condition: EngineCondition): void {
    this.#term = this.#nextTerm()
    this.#speakFor(condition)
    const worker = this.#options.startWorker()
    this.#worker = worker
    const notLoaded = () => this.#failed(platformText.notLoaded)
    worker.addEventListener('error', notLoaded)
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      // Faults of a worker that runs are for its console: they end nothing.
      worker.removeEventListener('error', notLoaded)
      clearTimeout(this.#late)
      this.#receive(data)
    })
    const { tab } = this.#options
    this.#tell({ kind: 'lead', term: this.#term, tab, hidden: document.hidden, condition })
    this.#late = setTimeout(() => this.#speakFor({ state: 'failed', problem: platformText.late }), LATE_MS)
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'loaded') return clearInterval(this.#heartbeat)
    if (message.kind === 'answer') return this.#options.onAnswer(message.message)
    this.#ended(message.why)
  }

  #ended(why: EndReason): void {
    if (why === 'superseded') return this.end()
    if (why !== 'handed-over') return this.#failed(why.failed)
    this.#stop()
    this.#restart = setTimeout(() => this.end(), HANDED_OVER_MS)
  }

  #failed(problem: string): void {
    this.#stop()
    this.#speakFor({ state: 'failed', problem })
    clearTimeout(this.#restart)
    this.#restart = setTimeout(() => this.#start({ state: 'failed', problem }), RESTART_MS)
  }

  /** Until the worker does it itself: nobody is to think that there is no leader. */
  #speakFor(condition: EngineCondition): void {
    clearInterval(this.#heartbeat)
    const beat = () => {
      const heartbeat: SharedMessage = {
        kind: 'heartbeat',
        term: this.#term,
        hidden: document.hidden,
        ...condition,
      }
      this.#shared.postMessage(heartbeat)
      this.#options.onCondition(condition, this.#term)
    }
    beat()
    this.#heartbeat = setInterval(beat, HEARTBEAT_MS)
  }

  #stop(): void {
    clearTimeout(this.#late)
    this.#worker?.terminate()
    this.#worker = undefined
  }

  #tell(message: ToWorker): void {
    this.#worker?.postMessage(message)
  }
}
