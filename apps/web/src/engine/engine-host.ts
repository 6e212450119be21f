/**
 * Serves a running engine to all tabs of the profile: whoever announces itself on the shared channel is welcomed on its own.
 * Runs in the leader's worker, made by host-worker.ts.
 */
import type { Engine } from '@reforms/client'
import type { SharedMessage } from '../platform/link.ts'
import { Attention } from './attention.ts'
import { TabSession, type HandOn } from './tab-session.ts'

export class EngineHost {
  readonly #engine: Engine
  readonly #term: number
  readonly #leading: string
  readonly #handOn: HandOn
  readonly #sessions = new Map<string, TabSession>()
  readonly #attention = new Attention()
  readonly #stopNotifications: () => void

  /** `leading` is the tab whose worker this is: `handOn` leads to it. */
  constructor(engine: Engine, term: number, leading: string, handOn: HandOn) {
    this.#engine = engine
    this.#term = term
    this.#leading = leading
    this.#handOn = handOn
    this.#stopNotifications = engine.onNotification((notification) => {
      this.#sessions.get(this.#attention.notified(leading))?.notify(notification)
    })
  }

  /** True while a request of any tab is under way. */
  get busy(): boolean {
    return [...this.#sessions.values()].some(({ pending }) => pending > 0)
  }

  hear(message: Extract<SharedMessage, { kind: 'tab' }>): void {
    const { tab, visible } = message
    this.#attention.noteVisible(tab, visible)
    if (message.term !== this.#term || !this.#sessions.has(tab)) this.#welcome(tab)
    this.#focusAnew()
  }

  /** From now on the tab gets the bytes of files by this port. */
  noteLane(tab: string, port: MessagePort): void {
    const session = this.#sessions.get(tab)
    if (session) session.handOn = (message, bytes) => port.postMessage(message, [bytes])
  }

  end(): void {
    this.#stopNotifications()
    for (const session of this.#sessions.values()) session.end()
    this.#sessions.clear()
  }

  /**
   * A tab announces itself until it is welcomed, and so more than once on a busy machine. Who is served already is told again: a new
   * session would know nothing of what the tab has asked for since the first welcome, and the tab would wait for it without end.
   */
  #welcome(tab: string): void {
    const served = this.#sessions.get(tab)
    if (served) return served.welcome()
    const engine: Engine = {
      watch: (query, params, listener) => this.#engine.watch(query, params, listener),
      onNotification: (listener) => this.#engine.onNotification(listener),
      send: (intent, input) => {
        if (intent !== 'view.focus') return this.#engine.send(intent, input)
        this.#attention.noteFocus(tab, input as { visible: boolean })
        return this.#engine.send(intent, this.#attention.focus() as never)
      },
    }
    const onGone = () => this.#drop(tab)
    const session = new TabSession({ tab, term: this.#term, engine, onGone })
    if (tab === this.#leading) session.handOn = this.#handOn
    this.#sessions.set(tab, session)
  }

  #drop(tab: string): void {
    this.#sessions.get(tab)?.end()
    this.#sessions.delete(tab)
    this.#attention.forget(tab)
    this.#focusAnew()
  }

  #focusAnew(): void {
    this.#engine.send('view.focus', this.#attention.focus()).catch(() => undefined)
  }
}
