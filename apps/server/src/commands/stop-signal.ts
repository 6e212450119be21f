/**
 * Being asked to stop, by Ctrl-C or a process manager. Listening begins at once, so that a request during the start is
 * kept until there is something to stop. A second request ends the process.
 */

/** npm and the terminal both pass a Ctrl-C on: what comes that soon is the same one. */
const SAME_REQUEST_MS = 1000
const ENDED_BY_USER = 130

export class StopSignal {
  readonly requested: Promise<void>
  #first: number | undefined

  constructor(signals: readonly NodeJS.Signals[]) {
    this.requested = new Promise((resolve) => {
      const onSignal = () => {
        if (this.#isSecond()) process.exit(ENDED_BY_USER)
        resolve()
      }
      for (const signal of signals) process.on(signal, onSignal)
    })
  }

  #isSecond(): boolean {
    const now = Date.now()
    this.#first ??= now
    return now - this.#first > SAME_REQUEST_MS
  }
}
