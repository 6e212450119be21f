/** A server that answers otherwise, and tells other events, than it should, as seen by one client. For tests only. */
import type { Transport, TransportListeners } from '@reforms/client'
import {
  ProtocolError,
  type ChannelId,
  type ErrorCode,
  type Input,
  type OperationName,
  type Output,
  type ServerEvent,
} from '@reforms/protocol'
import type { FalseLog } from './false-log.ts'

const HOUR_MS = 60 * 60 * 1000

export type Lies = {
  [N in OperationName]?: (truth: Output<N>, input: Input<N>) => Output<N> | Promise<Output<N>>
}

/** Give `between` to one person. Lies may be added and taken back while it runs. */
export class LyingServer {
  readonly lies: Lies
  /** What is not asked of the true server at all, and refused so. */
  readonly refusals = new Map<OperationName, ErrorCode>()
  /** What becomes of a pushed event: other events, or none. */
  retell: (event: ServerEvent) => readonly ServerEvent[] = (event) => [event]
  readonly #logs = new Map<ChannelId, FalseLog>()
  #truth: Transport | undefined
  #listeners: TransportListeners | undefined

  constructor(lies: Lies = {}) {
    this.lies = lies
  }

  readonly between = (transport: Transport): Transport => {
    this.#truth = transport
    return {
      call: (operation, input, via) => this.#answer(transport, operation, input, via),
      open: (listeners) => {
        this.#listeners = listeners
        transport.open({
          onState: (state) => listeners.onState(state),
          onEvent: (event) => void this.#hear(event),
        })
      },
      close: () => transport.close(),
      upload: (blobId, offset, bytes) => transport.upload(blobId, offset, bytes),
      download: (blobId, range, room) => transport.download(blobId, range, room),
    }
  }

  /** From now on this log is shown in place of the channel's, and its end is told. */
  async show(log: FalseLog): Promise<void> {
    this.#logs.set(log.channelId, log)
    await this.tellEnd(log.channelId)
  }

  /** Tells no more lies, and says where the true logs end, as the gateway does every 15 seconds. */
  async tellTruth(): Promise<void> {
    for (const operation of Object.keys(this.lies)) delete this.lies[operation as OperationName]
    this.refusals.clear()
    this.retell = (event) => [event]
    const channels = [...this.#logs.keys()]
    this.#logs.clear()
    for (const channelId of channels) await this.tellEnd(channelId)
  }

  /** An event that the true server has not sent. */
  push(event: ServerEvent): void {
    this.#listeners?.onEvent(event)
  }

  async tellEnd(channelId: ChannelId): Promise<void> {
    const { channel } = await this.#answer(this.#transport(), 'channel.read', { channelId })
    this.push({ type: 'heads', heads: [{ channelId, seq: channel.seq, head: channel.head }] })
  }

  /** What the true server says, by the session of the one who is lied to. */
  ask<N extends OperationName>(operation: N, input: Input<N>): Promise<Output<N>> {
    return this.#transport().call(operation, input)
  }

  #transport(): Transport {
    if (!this.#truth) throw new Error('nobody is connected through this')
    return this.#truth
  }

  async #answer<N extends OperationName>(
    transport: Transport,
    operation: N,
    input: Input<N>,
    via?: 'http',
  ): Promise<Output<N>> {
    const refusal = this.refusals.get(operation)
    if (refusal) throw new ProtocolError(refusal, { retryAfterMs: HOUR_MS })
    const log = this.#logs.get((input as { channelId?: ChannelId }).channelId as ChannelId)
    const instead = await log?.answer(transport, operation, input)
    const truth = instead ?? (await transport.call(operation, input, via))
    if (operation === 'channel.list') await this.#placeEnds(transport, truth as Output<'channel.list'>)
    const lie = this.lies[operation] as ((truth: unknown, input: unknown) => unknown) | undefined
    return (lie ? await lie(truth, input) : truth) as Output<N>
  }

  async #placeEnds(transport: Transport, { channels }: Output<'channel.list'>): Promise<void> {
    for (const channel of channels) {
      Object.assign(channel, await this.#logs.get(channel.channelId)?.end(transport))
    }
  }

  async #hear(event: ServerEvent): Promise<void> {
    for (const told of this.retell(event)) {
      const channels = told.type === 'entry' ? [told.entry.channelId] : headsOf(told)
      const altered = channels.filter((channelId) => this.#logs.has(channelId))
      if (altered.length === 0) this.#listeners?.onEvent(told)
      for (const channelId of altered) await this.tellEnd(channelId)
    }
  }
}

function headsOf(event: ServerEvent): ChannelId[] {
  return event.type === 'heads' ? event.heads.map(({ channelId }) => channelId as ChannelId) : []
}

/** Lies in answers only. */
export function lying(lies: Lies): (transport: Transport) => Transport {
  return new LyingServer(lies).between
}
