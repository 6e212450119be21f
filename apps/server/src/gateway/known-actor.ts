/**
 * Who a socket speaks for and what they may do, as it was last found: by the upgrade, then by the round of each second
 * (rounds.ts), which asks for whom something may have changed, so that what a session may do follows a change of role or an end of which
 * no event told. Where no round has come through for long, and of a socket in doubt that was found so long ago, requests ask.
 */
import type { SessionId } from '@reforms/protocol'
import type { Actor } from '../ports/call.ts'

/** Of a round every second, one may be late. */
const FRESH_MS = 2000

/** Undefined once the session has ended. */
export type FoundActor = Actor | undefined

/** What the rounds know of all sockets together, so that a round passes over those of whom there is no news. */
export class Followed {
  /** When each that is not in doubt was found to hold still, in milliseconds of `performance.now()`. */
  at = -Infinity
  /** Who is new, whose user may have changed, or what a request has found ended: the next round asks, or ends them. */
  readonly inDoubt = new Set<KnownActor>()
}

export class KnownActor {
  readonly sessionId: SessionId
  readonly #followed: Followed
  #found: Promise<FoundActor>
  /** In milliseconds of `performance.now()`: time that passes, whatever is done to the clock. */
  #at = performance.now()
  #now: FoundActor

  constructor(actor: Actor, followed: Followed) {
    this.sessionId = actor.sessionId
    this.#followed = followed
    this.#now = actor
    this.#found = Promise.resolve(actor)
    this.doubt()
  }

  /** As it was found last. */
  get actor(): FoundActor {
    return this.#now
  }

  /** The next round has to ask. */
  doubt(): void {
    this.#followed.inDoubt.add(this)
  }

  /** What a round has found. `at`: before the database was asked; where a request asks since, the next round asks again. */
  note(actor: FoundActor, at: number): void {
    if (at < this.#at) return
    this.#followed.inDoubt.delete(this)
    this.#at = at
    this.#now = actor
    this.#found = Promise.resolve(actor)
  }

  /** Fresh, or by `ask`; requests that come together ask once. */
  current(ask: () => Promise<FoundActor>): Promise<FoundActor> {
    const now = performance.now()
    if (now - this.#knownAt() < FRESH_MS) return this.#found
    const asked = ask()
    this.#at = now
    this.#found = asked
    asked.then(
      (actor) => {
        // A round has found something newer.
        if (this.#found !== asked) return
        this.#now = actor
        if (!actor) this.doubt()
      },
      () => {
        this.#at = -Infinity
        // The next round may find what is known to hold still.
        if (this.#found === asked) this.#found = Promise.resolve(this.#now)
      },
    )
    return asked
  }

  #knownAt(): number {
    return this.#followed.inDoubt.has(this) ? this.#at : Math.max(this.#at, this.#followed.at)
  }
}
