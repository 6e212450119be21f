/**
 * Which tab runs the engine: the one that holds the leader's lock (Web Locks). DESIGN.md, "The client is one engine and many
 * views"; SPEC.md, ENG-11. Made by platform/engine.ts only.
 *
 * 1. Every tab waits in the lock's queue; who gets it leads until it closes, hands over or is robbed.
 * 2. A visible tab that hears no heartbeat for SILENCE_MS seizes the lock: a frozen leader helps nobody. It looks twice, so
 *    that what arrived while this tab itself stood still is heard first.
 * 3. A tab that has been visible for a while asks a hidden leader for the engine, since browsers slow down hidden pages. A
 *    leader that is busy does not answer, and is asked again.
 * 4. Who has lost the lock ends its worker at once, and queues again.
 */
import { Leading, type LeadingOptions } from './leading.ts'
import { HEARTBEAT_MS, LEADER_LOCK, SHARED_CHANNEL, type SharedMessage } from './link.ts'

const SILENCE_MS = 3000
const SECOND_LOOK_MS = 300
const ASK_AFTER_MS = 5000

export class Leadership {
  readonly #options: LeadingOptions
  readonly #shared = new BroadcastChannel(SHARED_CHANNEL)
  #attempt: AbortController | undefined
  #leading: Leading | undefined
  #visibleSince = performance.now()
  #heardAt = performance.now()
  #askedAt = 0
  #leaderHidden = false
  #latestTerm = 0

  constructor(options: LeadingOptions) {
    this.#options = options
    this.#shared.addEventListener('message', ({ data }: MessageEvent<SharedMessage>) => this.#hear(data))
    document.addEventListener('visibilitychange', () => (this.#visibleSince = performance.now()))
    setInterval(() => this.#look(), HEARTBEAT_MS)
    void this.#contend('wait')
  }

  async #contend(how: 'wait' | 'seize'): Promise<void> {
    const attempt = new AbortController()
    this.#attempt?.abort()
    this.#attempt = attempt
    const options = how === 'seize' ? { steal: true } : { signal: attempt.signal }
    try {
      await navigator.locks.request(LEADER_LOCK, options, () => this.#lead())
    } catch (problem) {
      // Robbed, or this attempt was given up for a newer one.
      if (!(problem instanceof DOMException) || problem.name !== 'AbortError') await this.#fault(problem)
    }
    if (this.#attempt !== attempt) return
    this.#leading?.end()
    this.#leading = undefined
    this.#heardAt = performance.now()
    void this.#contend('wait')
  }

  #fault(problem: unknown): Promise<void> {
    console.error(problem)
    return new Promise((resolve) => setTimeout(resolve, SILENCE_MS))
  }

  #lead(): Promise<void> {
    this.#leading = new Leading(this.#options, () => this.#nextTerm())
    return this.#leading.done
  }

  /** Later than every term heard of, also where the clock was set back. */
  #nextTerm(): number {
    this.#latestTerm = Math.max(Date.now(), this.#latestTerm + 1)
    return this.#latestTerm
  }

  #hear(message: SharedMessage): void {
    if (message.kind === 'heartbeat') {
      this.#heardAt = performance.now()
      this.#leaderHidden = message.hidden
      this.#latestTerm = Math.max(this.#latestTerm, message.term)
    } else if (message.kind === 'handed-over' && message.to === this.#options.tab) {
      void this.#contend('seize')
    }
  }

  #look(): void {
    if (this.#leading || document.hidden) return
    if (this.#isSilent()) setTimeout(() => this.#lookAgain(), SECOND_LOOK_MS)
    else if (this.#leaderHidden) this.#ask()
  }

  #lookAgain(): void {
    if (this.#leading || document.hidden || !this.#isSilent()) return
    this.#heardAt = performance.now()
    void this.#contend('seize')
  }

  #isSilent(): boolean {
    return performance.now() - Math.max(this.#heardAt, this.#visibleSince) > SILENCE_MS
  }

  #ask(): void {
    const now = performance.now()
    if (now - Math.max(this.#visibleSince, this.#askedAt) < ASK_AFTER_MS) return
    this.#askedAt = now
    const request: SharedMessage = { kind: 'hand-over', to: this.#options.tab }
    this.#shared.postMessage(request)
  }
}
