/**
 * A channel's log as a server shows it to one client that it lies to: the true one rewritten, with a hash chain of its own, so that
 * every link fits. For tests only; LyingServer shows it. SPEC.md, LOG-2 to LOG-8.
 */
import type { Transport } from '@reforms/client'
import { FIRST_HEAD, hashPayload, nextHead } from '@reforms/crypto'
import { ProtocolError, type ChannelId, type Entry, type Input, type OperationName } from '@reforms/protocol'

/** As long a log as a test has. */
const LENGTH_MAX = 500

export type Rewrite = (truth: Entry[]) => Entry[]

export class FalseLog {
  readonly channelId: ChannelId
  readonly #rewrite: Rewrite

  constructor(channelId: ChannelId, rewrite: Rewrite) {
    this.channelId = channelId
    this.#rewrite = rewrite
  }

  async entries(transport: Transport): Promise<Entry[]> {
    const before = Number.MAX_SAFE_INTEGER
    const page = { channelId: this.channelId, before, limit: LENGTH_MAX }
    const { entries } = await transport.call('log.page', page)
    return rechained(this.#rewrite(entries))
  }

  async end(transport: Transport): Promise<{ seq: number; head: Uint8Array }> {
    const last = (await this.entries(transport)).at(-1)
    return { seq: last?.seq ?? 0, head: last?.head ?? FIRST_HEAD }
  }

  /** Undefined where the operation is not about the log. What the client sends reaches the true one. */
  async answer(transport: Transport, operation: OperationName, input: unknown): Promise<never | undefined> {
    switch (operation) {
      case 'log.read':
        return (await this.#read(transport, input as Input<'log.read'>)) as never
      case 'log.page':
        return (await this.#page(transport, input as Input<'log.page'>)) as never
      case 'channel.read': {
        const truth = await transport.call('channel.read', input as Input<'channel.read'>)
        return { ...truth, channel: { ...truth.channel, ...(await this.end(transport)) } } as never
      }
      case 'log.append':
      case 'log.commit':
      case 'log.redact':
      case 'log.found': {
        const placed = await transport.call(operation, input as never)
        const { clientId } = input as { clientId: string }
        const here = (await this.entries(transport)).find((entry) => entry.clientId === clientId)
        return { ...placed, ...(here ? { seq: here.seq, head: here.head } : {}) } as never
      }
      default:
        return undefined
    }
  }

  async #read(transport: Transport, { after, head, limit }: Input<'log.read'>) {
    const entries = await this.entries(transport)
    const own = after === 0 ? FIRST_HEAD : entries[after - 1]?.head
    if (!own || (head && !sameBytes(own, head))) throw new ProtocolError('log-diverged')
    return { entries: entries.slice(after, after + limit), ...(await this.end(transport)) }
  }

  async #page(transport: Transport, { before, limit }: Input<'log.page'>) {
    const entries = (await this.entries(transport)).filter(({ seq }) => seq < before).slice(-limit)
    const all = await this.entries(transport)
    return { entries, headBefore: all[(entries[0]?.seq ?? 1) - 2]?.head ?? FIRST_HEAD }
  }
}

/** Numbered from 1, every payload hashed and every link made anew. */
export function rechained(entries: readonly Entry[]): Entry[] {
  let head = FIRST_HEAD
  return entries.map((entry, index) => {
    const numbered = { ...entry, seq: index + 1 }
    const payloadHash = entry.payload ? hashPayload(entry.payload) : entry.payloadHash
    head = nextHead(head, headerOf(numbered), payloadHash)
    return { ...numbered, payloadHash, head }
  })
}

function headerOf({
  channelId,
  seq,
  kind,
  generation,
  epoch,
  sender,
  clientId,
  relatesTo,
  notify,
  at,
}: Entry) {
  return { channelId, seq, kind, generation, epoch, sender: sender ?? null, clientId, relatesTo, notify, at }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
