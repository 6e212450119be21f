/**
 * The dispatcher: from an operation's name and input to its answer, the same for HTTP and the gateway. Invariants:
 * 1. no handler runs before its input fits the schema and `can()` has said yes;
 * 2. after `drain()` nothing new begins, and it resolves when what had begun is done.
 */
import {
  EVERYWHERE,
  OPERATIONS,
  ProtocolError,
  type ChannelId,
  type ErrorCode,
  type OperationName,
  type UserId,
} from '@reforms/protocol'
import { networkOf } from '../network.ts'
import type { Actor, Call, Handlers } from '../ports/call.ts'
import { operationSeconds } from '../adapters/metrics.ts'
import { KNOWN_MEMBER, type ChannelStanding } from '../features/channel/standing.ts'
import { can, canAtAll, type Verdict } from './authorisation.ts'
import { RateLimit, type Rate } from './rate-limit.ts'
import { checkInput, outputFault } from './validation.ts'

export interface RequestRates {
  /** All requests from one address: a whole organisation may share it. */
  readonly address: Rate
  /** Requests from one address that need no sign-in. */
  readonly openAddress: Rate
  readonly session: Rate
  /** Messages of one session. */
  readonly append: Rate
}

export interface DispatcherOptions {
  readonly handlers: Handlers
  readonly standing: (channelId: ChannelId, actor: Actor) => Promise<ChannelStanding>
  /** Whether this process knows a channel's roster, and this user in it, without asking. */
  readonly isMember: (channelId: ChannelId, userId: UserId) => boolean
  readonly clock: () => number
  readonly rates: RequestRates
  /** For tests: an answer or an error that is not in the operation table is a fault (OP-4, OP-7). */
  readonly checkAnswers: boolean
}

/** Their handlers look at the sender's leaf again, under the channel's lock: a roster that changes this moment decides there. */
const CHECKED_UNDER_LOCK: ReadonlySet<OperationName> = new Set(['log.append'])

type AnyHandler = (input: unknown, call: Call) => Promise<unknown>

function demand(verdict: Verdict): void {
  if (!verdict.allowed) throw new ProtocolError(verdict.code)
}

function channelOf(input: unknown): ChannelId | undefined {
  return (input as { channelId?: ChannelId }).channelId
}

async function checked(name: OperationName, work: () => Promise<unknown>): Promise<unknown> {
  const output = await work().catch((error: unknown) => {
    if (!(error instanceof ProtocolError) || mayGive(name, error.code)) throw error
    throw new Error(`${name} gives ${error.code}, which the table does not name`)
  })
  const fault = outputFault(name, output)
  if (fault) throw new Error(`the answer of ${name} breaks the table at ${fault.path}: ${fault.problem}`)
  return output
}

async function measured(name: OperationName, answer: () => Promise<unknown>): Promise<unknown> {
  const stop = operationSeconds.startTimer({ operation: name })
  try {
    const output = await answer()
    stop({ outcome: 'ok' })
    return output
  } catch (error) {
    stop({ outcome: error instanceof ProtocolError ? error.code : 'internal' })
    throw error
  }
}

function mayGive(name: OperationName, code: ErrorCode): boolean {
  const named: readonly ErrorCode[] = OPERATIONS[name].errors
  return named.includes(code) || EVERYWHERE.includes(code)
}

/** What goes to all members of a channel each time. */
const SAID: ReadonlySet<OperationName> = new Set(['log.append', 'beacon.put'])

export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #addresses: RateLimit
  readonly #openAddresses: RateLimit
  readonly #sessions: RateLimit
  readonly #appends: RateLimit
  readonly #running = new Set<Promise<unknown>>()
  #draining = false

  constructor(options: DispatcherOptions) {
    const { rates, clock } = options
    this.#options = options
    this.#addresses = new RateLimit(rates.address, clock)
    this.#openAddresses = new RateLimit(rates.openAddress, clock)
    this.#sessions = new RateLimit(rates.session, clock)
    this.#appends = new RateLimit(rates.append, clock)
  }

  /** Before a caller is looked up, which costs a query. */
  admitAddress(address: string): void {
    if (this.#draining) throw new ProtocolError('shutting-down')
    this.#addresses.take(networkOf(address))
  }

  /**
   * Before a body is read: rates and what needs no subject. Answers how many milliseconds the caller has to wait before it goes on:
   * none, unless what it says may wait so long as `aheadMs` for its turn.
   */
  admit(name: OperationName, actor: Actor | undefined, address: string, aheadMs = 0): number {
    const { permission } = OPERATIONS[name]
    if (actor) this.#sessions.take(actor.sessionId)
    const waitMs = actor && SAID.has(name) ? this.#appends.take(actor.sessionId, aheadMs) : 0
    if (!actor || permission === 'open') this.#openAddresses.take(networkOf(address))
    demand(canAtAll(actor, permission))
    return waitMs
  }

  /** Throws ProtocolError for every refusal; anything else that is thrown is a fault of the server. */
  run(name: OperationName, input: unknown, call: Call): Promise<unknown> {
    if (this.#draining) return Promise.reject(new ProtocolError('shutting-down'))
    const outcome = measured(name, () => this.#answer(name, input, call))
    this.#running.add(outcome)
    const forget = () => this.#running.delete(outcome)
    outcome.then(forget, forget)
    return outcome
  }

  async drain(): Promise<void> {
    this.#draining = true
    await Promise.allSettled(this.#running)
  }

  async #answer(name: OperationName, input: unknown, call: Call): Promise<unknown> {
    checkInput(name, input)
    const { handlers } = this.#options
    const standing = (channelId: ChannelId, actor: Actor) => this.#standing(name, channelId, actor)
    demand(await can(call.actor, OPERATIONS[name].permission, { channelId: channelOf(input), standing }))
    const handler = handlers[name] as AnyHandler
    return this.#options.checkAnswers ? checked(name, () => handler(input, call)) : handler(input, call)
  }
  async #standing(name: OperationName, channelId: ChannelId, actor: Actor): Promise<ChannelStanding> {
    const { standing, isMember } = this.#options
    const isKnown = CHECKED_UNDER_LOCK.has(name) && isMember(channelId, actor.userId)
    return isKnown ? KNOWN_MEMBER : standing(channelId, actor)
  }
}
