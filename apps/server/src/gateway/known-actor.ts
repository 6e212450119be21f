/**
 * Who a socket speaks for and what they may do, as it was last found: by the upgrade, then by the round of each second
 * (rounds.ts), which asks for whom something may have changed, so that what a session may do follows a change of role or an end of which
 * no event told. Where no round has come through for long, requests ask.
 */
import type { Actor } from '../ports/call.ts'

/** Of a round every second, one may be late. */
const FRESH_MS = 2000

/** Undefined once the session has ended. */
export type FoundActor = Actor | undefined

export class KnownActor {
  #found: Promise<FoundActor>
  /** In milliseconds of `performance.now()`: time that passes, whatever is done to the clock. */
  #at = performance.now()
  #now: FoundActor
  #isFollowed = false

  constructor(actor: Actor) {
    this.#now = actor
    this.#found = Promise.resolve(actor)
  }

  /** As it was found last. */
  get actor(): FoundActor {
    return this.#now
  }

  /** Whether a round has asked for it: from then on only what has changed is to be asked for. */
  get isFollowed(): boolean {
    return this.#isFollowed
  }

  /** `at`: before the database was asked. */
  note(actor: FoundActor, at: number): void {
    this.#isFollowed = true
    if (at < this.#at) return
    this.#at = at
    if (actor === this.#now) return
    this.#now = actor
    this.#found = Promise.resolve(actor)
  }

  /** Fresh, or by `ask`; requests that come together ask once. */
  current(ask: () => Promise<FoundActor>): Promise<FoundActor> {
    const now = performance.now()
    if (now - this.#at < FRESH_MS) return this.#found
    const asked = ask()
    this.#at = now
    this.#found = asked
    asked.then(
      (actor) => (this.#now = actor),
      () => {
        this.#at = -Infinity
        // The next round may find what is known to hold still.
        if (this.#found === asked) this.#found = Promise.resolve(this.#now)
      },
    )
    return asked
  }
}
