/**
 * Every operation over the gateway, in frames made from its schema, and frames with changed bytes: each is answered by the
 * table, soon, or ends the socket as malformed; what does not fit is not accepted, and others' sockets stay as they are.
 */
import { decodeCbor, encodeCbor, OPERATIONS, type OperationName, type ServerFrame } from '@reforms/protocol'
import { fits, mutateAll, mutations } from '@reforms/protocol/testing'
import fc from 'fast-check'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket, type RawData } from 'ws'
import { CLOSE } from '../gateway/close-code.ts'
import { decodeFrame } from '../gateway/frame.ts'
import { faultOf, HANG_MS, type Answered } from './testing-judgement.ts'
import { inputs, schemaOf } from './testing-request.ts'
import { CASES, names, SEED, Town, transportOf, type CallerName } from './testing-town.ts'

const AT_ONCE = 8
const callers = ['administrator', 'member'] as const
/** Each of these costs new people, with sessions, devices and channels: a quarter of the cases. */
const ENDING: ReadonlySet<OperationName> = new Set(['session.close', 'device.cut', 'admin.signOutUser'])

/** One socket on which frames are sent as they are. */
class Wire {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (frame: ServerFrame) => void>()
  readonly closed: Promise<number>
  #lastId = 0

  constructor(socket: WebSocket) {
    this.#socket = socket
    this.closed = once(socket, 'close').then(([code]) => code as number)
    socket.on('message', (data: RawData) =>
      this.#take(decodeCbor(new Uint8Array(data as Buffer)) as ServerFrame),
    )
  }

  static async open(url: string, token: string): Promise<Wire> {
    const socket = new WebSocket(`${url}/api/gateway`, { headers: { authorization: `Bearer ${token}` } })
    const wire = new Wire(socket)
    await once(socket, 'open')
    return wire
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN
  }

  nextId(): number {
    return ++this.#lastId
  }

  send(bytes: Uint8Array): void {
    this.#socket.send(bytes)
  }

  /** The answer to this id, or the code with which the socket ended first. */
  outcome(id: number): Promise<ServerFrame | number> {
    const answer = new Promise<ServerFrame>((resolve) => this.#waiting.set(id, resolve))
    return Promise.race([answer, this.closed])
  }

  end(): void {
    this.#socket.terminate()
  }

  #take(frame: ServerFrame): void {
    if ('event' in frame) return
    this.#waiting.get(frame.id)?.(frame)
    this.#waiting.delete(frame.id)
  }
}

let town: Town
let url: string
const wires = new Map<CallerName, Wire>()

beforeAll(async () => {
  town = await Town.found()
  const { fastify } = town.server.app
  await fastify.listen({ port: 0, host: '127.0.0.1' })
  url = `ws://127.0.0.1:${(fastify.server.address() as AddressInfo).port}`
})
afterAll(async () => {
  for (const wire of wires.values()) wire.end()
  await town.stop()
})

async function wireOf(caller: (typeof callers)[number]): Promise<Wire> {
  const present = wires.get(caller)
  if (present?.isOpen) return present
  const wire = await Wire.open(url, town.tokenOf(caller)!)
  wires.set(caller, wire)
  return wire
}

interface Case {
  readonly name: OperationName
  readonly input: unknown
  readonly caller: (typeof callers)[number]
}

/** The session may end by what is asked: then there is no answer to judge. */
async function ask({ name, input, caller }: Case): Promise<Answered | undefined> {
  const wire = await wireOf(caller)
  const id = wire.nextId()
  const began = performance.now()
  const outcome = wire.outcome(id)
  wire.send(encodeCbor({ id, operation: name, input }))
  const frame = await outcome
  const tookMs = performance.now() - began
  if (typeof frame !== 'number')
    return {
      tookMs,
      outcome:
        'error' in frame ? { error: frame.error } : { output: 'output' in frame ? frame.output : undefined },
    }
  return frame === CLOSE.SIGNED_OUT ? undefined : { tookMs, outcome: { error: { code: `closed ${frame}` } } }
}

/** As it comes out on the other side; undefined for numbers that no frame can say, which are left to changed bytes. */
function travelled(input: unknown): { readonly input: unknown } | undefined {
  try {
    return { input: decodeCbor(encodeCbor(input)) }
  } catch {
    return undefined
  }
}

async function judge(asked: Case): Promise<string | undefined> {
  const arrived = travelled(asked.input)
  if (!arrived) return undefined
  const first = await ask(asked)
  const answered = first && first.tookMs > HANG_MS ? await ask(asked) : first
  return answered && faultOf(asked.name, fits(schemaOf(asked.name), arrived.input, 'cbor'), answered)
}

function casesOf(name: OperationName): fc.Arbitrary<Case> {
  return fc.record({
    name: fc.constant(name),
    input: inputs(name, town.known),
    caller: fc.constantFrom(...callers),
  })
}

async function fuzz(name: OperationName): Promise<string[]> {
  const faults: string[] = []
  const cases = ENDING.has(name) ? CASES / 4 : CASES
  for (let done = 0; done < cases; done += AT_ONCE) {
    await town.revive()
    const drawn = fc.sample(casesOf(name), { numRuns: AT_ONCE, seed: SEED * 2_000_003 + done })
    for (const caller of callers) await wireOf(caller)
    const judged = await Promise.all(drawn.map(judge))
    for (const [index, fault] of judged.entries()) {
      const { caller, input } = drawn[index]!
      if (fault)
        faults.push(`${fault}: as ${caller}, ${Buffer.from(encodeCbor(input)).toString('hex').slice(0, 600)}`)
    }
  }
  return faults
}

function isOffered(name: OperationName): boolean {
  return transportOf(name) !== 'bytes' && OPERATIONS[name].permission !== 'open'
}

describe('ENC-6, OP-3, GW-1: whatever is asked in a frame is answered by the table', () => {
  test.each(names.filter(isOffered))('%s', async (name) => {
    expect((await fuzz(name)).slice(0, 5)).toEqual([])
  })
})

/** A frame with changed bytes, on a socket of its own. */
async function sendChanged(bytes: Uint8Array): Promise<string | undefined> {
  const frame = decodeFrame(bytes)
  const wire = await Wire.open(url, town.tokenOf('member')!)
  const began = performance.now()
  const outcome = wire.outcome(frame?.id ?? -1)
  wire.send(bytes)
  const end = await outcome
  wire.end()
  if (performance.now() - began > HANG_MS) return 'an answer after more than a second'
  if (typeof end === 'number') return frame || end !== CLOSE.MALFORMED ? `closed with ${end}` : undefined
  const code = 'error' in end ? end.error.code : undefined
  return code === 'internal' || code === 'unavailable' ? code : undefined
}

test('GW-1: a frame with changed bytes is answered, or ends its own socket as malformed', async () => {
  await town.revive()
  const { userId, channelId } = town.known as Record<string, unknown[]>
  const frames = [
    { id: 1, operation: 'channel.read', input: { channelId: channelId![0] } },
    { id: 2, operation: 'directory.read', input: { userIds: userId } },
    {
      id: 3,
      operation: 'vault.write',
      input: { records: [{ id: new Uint8Array(16), version: 1, payload: new Uint8Array(9) }] },
    },
  ].map((frame) => encodeCbor(frame))
  const changed = fc.tuple(fc.constantFrom(...frames), fc.constantFrom(...frames), mutations)
  const bystander = await wireOf('administrator')
  const drawn = fc.sample(changed, { numRuns: CASES, seed: SEED })
  for (const [bytes, other, changes] of drawn) {
    const sent = mutateAll(bytes, changes, other)
    expect(await sendChanged(sent), Buffer.from(sent).toString('hex')).toBeUndefined()
  }
  expect(bystander.isOpen).toBe(true)
})
