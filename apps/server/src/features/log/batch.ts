/**
 * Requests that arrive while a channel's transaction is under way share the next one (DESIGN.md, "Writers are batched"), and so do
 * those that come before it is asked for. So one channel takes one database connection of this process at most, however many write to
 * it, and what it answers comes in the order of the log. Where more wait than share one, people take turns, so that nobody waits for all
 * that somebody else has to say; what each says stays in its order.
 */
import type { ChannelId } from '@reforms/protocol'

const BATCH_MAX = 64

interface Pending<Request, Answer> {
  readonly request: Request
  resolve(answer: Answer): void
  reject(error: unknown): void
}

/** What waits in one channel for the next transaction: it may become more until it is taken. */
export interface Gathering<Request> {
  readonly size: number
  /** The batch, in its order; the same whenever it is asked for. */
  take(): readonly Request[]
}

type Write<Request, Answer> = (
  channelId: ChannelId,
  gathering: Gathering<Request>,
) => Promise<readonly Answer[]>

export class Batches<Request, Answer> {
  readonly #personOf: (request: Request) => string
  readonly #write: Write<Request, Answer>
  readonly #grown: () => void
  readonly #pending = new Map<ChannelId, Pending<Request, Answer>[]>()

  /** `write` takes what has gathered and answers each request in order, or rejects for all of them. `grown`: there is more to take. */
  constructor(
    personOf: (request: Request) => string,
    write: Write<Request, Answer>,
    grown: () => void = () => {},
  ) {
    this.#personOf = personOf
    this.#write = write
    this.#grown = grown
  }

  submit(channelId: ChannelId, request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const pending = { request, resolve, reject }
      const queue = this.#pending.get(channelId)
      if (queue) {
        queue.push(pending)
        this.#grown()
        return
      }
      this.#pending.set(channelId, [pending])
      void this.#run(channelId)
    })
  }

  /** Until nothing waits any more: the queue is there as long as this runs. */
  async #run(channelId: ChannelId): Promise<void> {
    const queue = this.#pending.get(channelId)!
    while (queue.length > 0) await this.#runOne(channelId, queue)
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

  async #runOne(channelId: ChannelId, queue: Pending<Request, Answer>[]): Promise<void> {
    let batch: readonly Pending<Request, Answer>[] | undefined
    const take = () => (batch ??= this.#take(queue))
    const gathering = {
      get size() {
        return Math.min((batch ?? queue).length, BATCH_MAX)
      },
      take: () => take().map(({ request }) => request),
    }
    try {
      const answers = await this.#write(channelId, gathering)
      for (const [index, { resolve }] of take().entries()) resolve(answers[index]!)
    } catch (error) {
      for (const { reject } of take()) reject(error)
    }
  }
}
