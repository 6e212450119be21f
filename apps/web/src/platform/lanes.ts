/**
 * Lanes: ports from the leader's worker straight to the other tabs, for the bytes of files. A port hands a buffer over; a channel copies
 * it, and the copies lie about until there are some 100 MB of garbage. No channel carries a port, so the service worker introduces the
 * tabs to each other. `Lanes` is for engine-link.ts, `onIntroduced` for leading.ts.
 *
 * 1. A tab asks once for each leader, when the first bytes have come as a copy. Until the lane is there, and where there is none, they do.
 * 2. What comes by a lane names its term, as on the channel.
 */
import type { Introduced, Introduction, Lane } from '../service-worker/introductions.ts'
import type { ToTab } from './link.ts'

export class Lanes {
  readonly #tab: string
  readonly #onAnswer: (message: ToTab) => void
  /** For whose lane, and of which service worker. */
  #asked: { readonly term: number; readonly of: ServiceWorker } | undefined

  constructor(tab: string, onAnswer: (message: ToTab) => void) {
    this.#tab = tab
    this.#onAnswer = onAnswer
    onServiceWorker<Lane>('lane', (_, port) => {
      port.onmessage = ({ data }: MessageEvent<ToTab>) => this.#onAnswer(data)
    })
  }

  /** One from the leader of that term. */
  wish(term: number): void {
    const of = navigator.serviceWorker?.controller
    if (!of || (this.#asked?.term === term && this.#asked.of === of)) return
    this.#asked = { term, of }
    of.postMessage({ kind: 'introduce', tab: this.#tab, term } satisfies Introduction)
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
