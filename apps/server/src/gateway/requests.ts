/** Requests over the gateway: from a frame to its answer, by the dispatcher. */
import {
  isOperationName,
  OPERATIONS,
  ProtocolError,
  type ClientFrame,
  type OperationName,
} from '@reforms/protocol'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { toProtocolError } from '../dispatch/wire-error.ts'
import type { Services } from '../ports/call.ts'
import type { Identity } from './connection.ts'
import { encodeFrame, type FramedBytes } from './framing.ts'
import type { FoundActor, KnownActor } from './known-actor.ts'

/** What is over the rate is refused so much later: until then it is under way, and a socket with many of these is not read. */
const REFUSAL_MS = 1000
/** What is said beyond the rate waits for its turn so long, so that much of it comes evenly, and not all at once whenever there is room. */
const TURN_WITHIN_MS = 1000

export type FindActor = (identity: Identity) => Promise<FoundActor>

/** What needs no sign-in, and what is a stream of bytes, goes over HTTP. */
function operationOf(name: string): OperationName {
  if (!isOperationName(name)) throw new ProtocolError('unknown-operation')
  const { transport, permission }: { transport?: string; permission: string } = OPERATIONS[name]
  if (transport === 'bytes' || permission === 'open') throw new ProtocolError('unknown-operation')
  return name
}

export class Requests {
  readonly #dispatcher: Dispatcher
  readonly #services: Services
  readonly #identity: Identity
  readonly #findActor: FindActor
  readonly #known: KnownActor

  constructor(
    dispatcher: Dispatcher,
    services: Services,
    identity: Identity,
    findActor: FindActor,
    known: KnownActor,
  ) {
    this.#dispatcher = dispatcher
    this.#services = services
    this.#identity = identity
    this.#findActor = findActor
    this.#known = known
  }

  /** The answer as it is sent. Never rejects. */
  async answer({ id, operation, input }: ClientFrame): Promise<FramedBytes> {
    try {
      return encodeFrame({ id, output: await this.#run(operation, input) })
    } catch (error) {
      const refusal = toProtocolError(error, this.#services.log)
      if (refusal.code === 'rate-limited') await sleep(REFUSAL_MS)
      return encodeFrame({ id, error: refusal.toWire() })
    }
  }

  async #run(operation: string, input: unknown): Promise<unknown> {
    const { address, socketId } = this.#identity
    const name = operationOf(operation)
    this.#dispatcher.admitAddress(address)
    const actor = await this.#known.current(() => this.#findActor(this.#identity))
    const waitMs = this.#dispatcher.admit(name, actor, address, TURN_WITHIN_MS)
    if (waitMs > 0) await sleep(waitMs)
    return this.#dispatcher.run(name, input, { services: this.#services, actor, address, socketId })
  }
}
