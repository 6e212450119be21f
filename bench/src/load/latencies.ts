/** Counts of latencies in buckets that are 1 % wide: of bounded size however many there are, and sums of several are exact. */
const BUCKETS = 2000
const GROWTH = Math.log(1.01)

export interface LatencyFigures {
  readonly count: number
  /** Milliseconds, like the others. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

export class Latencies {
  readonly #counts = new Float64Array(BUCKETS)
  #count = 0
  #maxMicros = 0

  get count(): number {
    return this.#count
  }

  add(micros: number): void {
    const bucket = micros <= 1 ? 0 : Math.min(BUCKETS - 1, Math.floor(Math.log(micros) / GROWTH))
    this.#counts[bucket]! += 1
    this.#count += 1
    if (micros > this.#maxMicros) this.#maxMicros = micros
  }

  figures(): LatencyFigures {
    const [p50, p95, p99] = [this.#at(0.5), this.#at(0.95), this.#at(0.99)] as const
    return { count: this.#count, p50, p95, p99, max: this.#maxMicros / 1000 }
  }

  /** The upper end of the bucket in which this share is reached. */
  #at(share: number): number {
    let left = share * this.#count
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      left -= this.#counts[bucket]!
      if (left <= 0) return Math.min(this.#maxMicros, Math.exp((bucket + 1) * GROWTH)) / 1000
    }
    return this.#maxMicros / 1000
  }
}
