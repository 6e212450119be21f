/**
 * Lanes: ports from the leader's worker straight to the other tabs, for the bytes of files. A port hands a buffer over; a channel copies
 * it, and the copies lie about until there are some 100 MB of garbage. No channel carries a port, so the service worker introduces the
 * tabs to each other. Made by platform/engine.ts only.
 *
 * 1. A tab asks once for each leader, when it first wants bytes. Until the lane is there, and where there is none, they come by its channel.
 * 2. What comes by a lane names its term, as on the channel.
 */
import type { Introduced, Introduction, Lane } from '../service-worker/introductions.ts'
import type { ToTab } from './link.ts'

export class Lanes {
  readonly #tab: string
  readonly #onAnswer: (message: ToTab) => void
  #askedFor: number | undefined

  constructor(tab: string, onAnswer: (message: ToTab) => void) {
    this.#tab = tab
    this.#onAnswer = onAnswer
    onServiceWorker<Lane>('lane', (_, port) => {
      port.onmessage = ({ data }: MessageEvent<ToTab>) => this.#onAnswer(data)
    })
  }

  /** One from the leader of that term. */
  wish(term: number): void {
    if (this.#askedFor === term) return
    this.#askedFor = term
    const introduction: Introduction = { kind: 'introduce', tab: this.#tab, term }
    navigator.serviceWorker?.controller?.postMessage(introduction)
  }
}

/** For a page that leads: `accept` gets the port to a tab that wants one, and leaves it alone where it is for another leader. */
export function onIntroduced(accept: (introduced: Introduced, port: MessagePort) => void): () => void {
  return onServiceWorker<Introduced>('introduced', accept)
}

function onServiceWorker<M extends Introduced | Lane>(
  kind: M['kind'],
  hear: (message: M, port: MessagePort) => void,
): () => void {
  const listener = ({ data, ports: [port] }: MessageEvent<M>) => {
    if (data.kind === kind && port) hear(data, port)
  }
  navigator.serviceWorker?.addEventListener('message', listener)
  return () => navigator.serviceWorker?.removeEventListener('message', listener)
}
