/** Connects this tab to the one engine of the profile, in whichever tab's worker it runs. The views' only way to it. */
import type { Engine } from '@reforms/client'
import workerAddress from '../engine/worker.ts?worker&url'
import { EngineLink } from './engine-link.ts'
import { Leadership } from './leadership.ts'
import { tabName } from './link.ts'
import { startWorker } from './trusted-worker.ts'

export interface ConnectedEngine extends Engine {
  /** Why the engine cannot run, in words, as long as it cannot: told at once and on every change. */
  onProblem(listener: (problem: string | undefined) => void): () => void
}

let connected: ConnectedEngine | undefined

/** Always the same engine: a tab connects once. It takes requests at once, and takes part in running the engine from `when` on. */
export function connectEngine(when: Promise<void>): ConnectedEngine {
  connected ??= connectTo(workerAddress, when)
  return connected
}

/** With another worker than the program's own: for tests of the hosts. */
export function connectTo(address: string, when = Promise.resolve()): ConnectedEngine {
  const tab = crypto.randomUUID()
  const link = new EngineLink(tab)
  const takePart = () => {
    link.takePart()
    new Leadership({
      tab,
      startWorker: () => startWorker(address),
      onCondition: (condition, term) => link.noteCondition(condition, term),
      onAnswer: (message) => link.receive(message),
    })
    return new Promise<void>(() => undefined)
  }
  // Held as long as the tab exists, so that a leader learns of its end.
  when
    .then(() => navigator.locks.request(tabName(tab), takePart))
    .catch((problem: unknown) => console.error(problem))
  return link
}
