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

  /**
   * Throws 'rate-limited' with `retryAfterMs` when the key has nothing left. Where the caller can wait so long as `aheadMs`, it may
   * use what the key will have by then: the answer is how many milliseconds it has to wait, one after another.
   */
  take(key: string, aheadMs = 0): number {
    const bucket = this.#refilled(key)
    const waitMs = Math.max(0, Math.ceil(((1 - bucket.tokens) / this.#rate.perSecond) * 1000))
    if (waitMs > aheadMs) throw new ProtocolError('rate-limited', { retryAfterMs: waitMs })
    bucket.tokens -= 1
    return waitMs
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
