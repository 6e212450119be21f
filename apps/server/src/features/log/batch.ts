/**
 * Requests that arrive while a channel's transaction is under way share the next one (DESIGN.md, "Writers are batched").
 * So one channel takes one database connection of this process at most, however many write to it, and what it answers
 * comes in the order of the log. Where more wait than share one, people take turns, so that nobody waits for all that somebody else has
 * to say; what each says stays in its order.
 */
import type { ChannelId } from '@reforms/protocol'

const BATCH_MAX = 64

interface Pending<Request, Answer> {
  readonly request: Request
  resolve(answer: Answer): void
  reject(error: unknown): void
}

export class Batches<Request, Answer> {
  readonly #personOf: (request: Request) => string
  readonly #write: (channelId: ChannelId, requests: readonly Request[]) => Promise<readonly Answer[]>
  readonly #pending = new Map<ChannelId, Pending<Request, Answer>[]>()

  /** `write` answers each request in order, or rejects for all of them. */
  constructor(
    personOf: (request: Request) => string,
    write: (channelId: ChannelId, requests: readonly Request[]) => Promise<readonly Answer[]>,
  ) {
    this.#personOf = personOf
    this.#write = write
  }

  submit(channelId: ChannelId, request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const pending = { request, resolve, reject }
      const queue = this.#pending.get(channelId)
      if (queue) {
        queue.push(pending)
        return
      }
      this.#pending.set(channelId, [pending])
      void this.#run(channelId)
    })
  }

  /** Until nothing waits any more: the queue is there as long as this runs. */
  async #run(channelId: ChannelId): Promise<void> {
    const queue = this.#pending.get(channelId)!
    while (queue.length > 0) await this.#runOne(channelId, this.#take(queue))
    this.#pending.delete(channelId)
  }

  /** The first of each person's, then the second of each, until it is a batch. */
  #take(queue: Pending<Request, Answer>[]): Pending<Request, Answer>[] {
    if (queue.length <= BATCH_MAX) return queue.splice(0)
    const turns = new Map<string, number>()
    const inTurn = queue.map((pending, place) => {
      const person = this.#personOf(pending.request)
      const turn = turns.get(person) ?? 0
      turns.set(person, turn + 1)
      return { pending, place, turn }
    })
    const chosen = inTurn.sort((a, b) => a.turn - b.turn || a.place - b.place).slice(0, BATCH_MAX)
    const places = new Set(chosen.map(({ place }) => place))
    const rest = queue.filter((_, place) => !places.has(place))
    queue.splice(0, queue.length, ...rest)
    return chosen.map(({ pending }) => pending)
  }

  async #runOne(channelId: ChannelId, batch: readonly Pending<Request, Answer>[]): Promise<void> {
    try {
      const requests = batch.map(({ request }) => request)
      const answers = await this.#write(channelId, requests)
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index]!)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
}
