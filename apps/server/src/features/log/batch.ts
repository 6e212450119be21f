/**
 * Requests that arrive while a channel's transaction is under way share the next one (DESIGN.md, "Writers are batched").
 * So one channel takes one database connection of this process at most, however many write to it, and what it answers
 * comes in the order of the log.
 */
import type { ChannelId } from '@reforms/protocol'

const BATCH_MAX = 64

interface Pending<Request, Answer> {
  readonly request: Request
  resolve(answer: Answer): void
  reject(error: unknown): void
}

export class Batches<Request, Answer> {
  readonly #write: (channelId: ChannelId, requests: readonly Request[]) => Promise<readonly Answer[]>
  readonly #pending = new Map<ChannelId, Pending<Request, Answer>[]>()

  /** `write` answers each request in order, or rejects for all of them. */
  constructor(write: (channelId: ChannelId, requests: readonly Request[]) => Promise<readonly Answer[]>) {
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
    while (queue.length > 0) await this.#runOne(channelId, queue.splice(0, BATCH_MAX))
    this.#pending.delete(channelId)
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
