/**
 * Requests over the gateway: from a frame to its answer, by the dispatcher. The session is looked up again for the
 * frames of each second, so that what it may do follows a change of role or an end of which no event told.
 */
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
import type { Actor, Services } from '../ports/call.ts'
import type { Identity } from './connection.ts'
import { encodeFrame, type FramedBytes } from './framing.ts'

const ACTOR_MS = 1000
/** What is over the rate is refused so much later: until then it is under way, and a socket with many of these is not read. */
const REFUSAL_MS = 1000

export type FindActor = (identity: Identity) => Promise<Actor | undefined>

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
  #actor: { readonly found: Promise<Actor | undefined>; readonly at: number } | undefined

  /** `actor` is who the upgrade has just found. */
  constructor(
    dispatcher: Dispatcher,
    services: Services,
    identity: Identity,
    findActor: FindActor,
    actor: Actor,
  ) {
    this.#dispatcher = dispatcher
    this.#services = services
    this.#identity = identity
    this.#findActor = findActor
    this.#actor = { found: Promise.resolve(actor), at: services.clock() }
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
    const actor = await this.#currentActor()
    this.#dispatcher.admit(name, actor, address)
    return this.#dispatcher.run(name, input, { services: this.#services, actor, address, socketId })
  }

  #currentActor(): Promise<Actor | undefined> {
    const now = this.#services.clock()
    // A clock that was set back must not keep anybody's rights alive.
    if (this.#actor && Math.abs(now - this.#actor.at) < ACTOR_MS) return this.#actor.found
    const found = this.#findActor(this.#identity)
    this.#actor = { found, at: now }
    found.catch(() => {
      this.#actor = undefined
    })
    return found
  }
}
