/**
 * Token buckets against cheap floods (SPEC.md, LIM-2): each key may use `burst` at once and `perSecond` in the long run.
 * In memory, of bounded size. The dispatcher keeps one limit for each kind of caller.
 */
import { ProtocolError } from '@reforms/protocol'

export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

interface Bucket {
  tokens: number
  at: number
}

/** Beyond this many keys those that have been still for longest are forgotten, which only ever forgives. */
const MAX_KEYS = 100_000

export class RateLimit {
  readonly #rate: Rate
  readonly #clock: () => number
  /** In the order of last use. */
  readonly #buckets = new Map<string, Bucket>()

  constructor(rate: Rate, clock: () => number) {
    this.#rate = rate
    this.#clock = clock
  }

  /** Throws 'rate-limited' with `retryAfterMs` when the key has nothing left. */
  take(key: string): void {
    const bucket = this.#refilled(key)
    if (bucket.tokens < 1) {
      const retryAfterMs = Math.ceil(((1 - bucket.tokens) / this.#rate.perSecond) * 1000)
      throw new ProtocolError('rate-limited', { retryAfterMs })
    }
    bucket.tokens -= 1
  }

  #refilled(key: string): Bucket {
    const now = this.#clock()
    const bucket = this.#buckets.get(key) ?? { tokens: this.#rate.burst, at: now }
    const gained = (Math.max(0, now - bucket.at) / 1000) * this.#rate.perSecond
    bucket.tokens = Math.min(this.#rate.burst, bucket.tokens + gained)
    bucket.at = now
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    this.#forget()
    return bucket
  }

  #forget(): void {
    if (this.#buckets.size <= MAX_KEYS) return
    for (const key of this.#buckets.keys()) {
      this.#buckets.delete(key)
      return
    }
  }
}
