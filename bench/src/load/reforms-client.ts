/**
 * A client of our gateway (SPEC.md, GW-1): it signs in with its session, appends what was encrypted before, and looks at no more
 * of a frame than tells what it is.
 */
import { decodeCbor, encodeCbor } from '@reforms/protocol'
import type { ClientEvents, ClientPlan, LoadClient, OfficeAct, RoomPlan } from './client.ts'
import { ID_LENGTH, makeMessageId, sentAtOf } from './message-id.ts'
import { frameOf, LoadWebSocket } from './websocket.ts'

/** Requests have ids of one length, so that a frame can be made once: from here on CBOR takes four bytes for a number. */
const FIRST_ID = 65_536
/** In a request: after the map's head, the key "id" and the head of the number. */
const ID_AT = 5
const PLACE = makeMessageId(0)
const CLIENT_ID_KEY = Buffer.from('clientIdx$')

/** Entries of a page when it catches up, as our engine asks for, and of a screen. */
const [PAGE, SCREEN] = [500, 50]

/** In an event: after {"event": {"type": and the head of the text. */
const TYPE_AT = 14
const [MAP_OF_1, MAP_OF_2] = [0xa1, 0xa2]
const [D, E, N, X, DOLLAR] = [100, 101, 110, 120, 36]
/** In an answer: after {"id": a number of four bytes, the head of the next key. */
const OUTCOME_AT = 10

interface PreparedMessage {
  readonly frame: Buffer
  readonly idAt: number
  readonly clientIdAt: number
}

const prepared = new WeakMap<RoomPlan, PreparedMessage>()

function prepare(room: RoomPlan): PreparedMessage {
  const found = prepared.get(room)
  if (found) return found
  const input = {
    channelId: room.name,
    clientId: PLACE,
    generation: 1,
    epoch: room.epoch ?? 0,
    payload: new Uint8Array(Buffer.from(room.payload, 'base64')),
  }
  const { frame, offset } = frameOf(encodeCbor({ id: FIRST_ID, operation: 'log.append', input }))
  const made = { frame, idAt: offset + ID_AT, clientIdAt: frame.indexOf(PLACE) }
  prepared.set(room, made)
  return made
}

function isEntry(bytes: Buffer, start: number): boolean {
  return bytes[start] === MAP_OF_1 && bytes[start + TYPE_AT] === E && bytes[start + TYPE_AT + 1] === N
}

export class ReformsClient implements LoadClient {
  readonly #plan: ClientPlan
  readonly #events: ClientEvents
  readonly #socket: LoadWebSocket
  #lastId = FIRST_ID
  #subscribed: (() => void) | undefined
  #pageCounted: ((entries: number) => void) | undefined
  #isAway = false
  /** Where the clientId of the last entry began: the next one's is there too, nearly always. */
  #clientIdAt = 0

  constructor(plan: ClientPlan, events: ClientEvents) {
    this.#plan = plan
    this.#events = events
    this.#socket = new LoadWebSocket(plan.target.port, {
      message: (bytes, start, length) => this.#take(bytes, start, length),
      closed: (why) => events.failed(why),
    })
  }

  /** Whoever has an answer is subscribed. */
  async connect(): Promise<void> {
    await this.#socket.open('/api/gateway', [`Authorization: Bearer ${this.#plan.person.secret}`])
    this.#ask('session.read', {})
    await new Promise<void>((resolve) => (this.#subscribed = resolve))
  }

  say(room: number, messageId: string): void {
    const { frame, idAt, clientIdAt } = prepare(this.#plan.crowd.rooms[room]!)
    const own = Buffer.from(frame)
    own.writeUInt32BE(this.#nextId(), idAt)
    own.write(messageId, clientIdAt, 'latin1')
    this.#socket.send(own)
  }

  async catchUp(room: number): Promise<number> {
    const channelId = this.#plan.crowd.rooms[room]!.name
    for (let after = 0; ;) {
      const answer = new Promise<number>((resolve) => (this.#pageCounted = resolve))
      this.#ask('log.read', { channelId, after, limit: PAGE })
      const count = await answer
      after += count
      if (count < PAGE) return after
    }
  }

  act(kind: OfficeAct, room: number): void {
    const channelId = this.#plan.crowd.rooms[room]!.name
    if (kind === 'type') return this.#ask('typing.send', { channelId })
    if (kind === 'read' || kind === 'look')
      return this.#ask('log.read', { channelId, after: 0, limit: SCREEN })
    if (kind === 'scroll') return this.#ask('log.page', { channelId, before: SCREEN, limit: SCREEN })
    this.#isAway = !this.#isAway
    this.#ask('presence.set', { presence: this.#isAway ? 'away' : 'online' })
  }

  close(): void {
    this.#socket.close()
  }

  #ask(operation: string, input: unknown): void {
    this.#socket.send(frameOf(encodeCbor({ id: this.#nextId(), operation, input })).frame)
  }

  #nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }

  #take(bytes: Buffer, start: number, length: number): void {
    if (isEntry(bytes, start)) this.#takeEntry(bytes, start, length)
    else if (bytes[start] === MAP_OF_2) this.#takeAnswer(bytes, start, length)
  }

  #takeEntry(bytes: Buffer, start: number, length: number): void {
    const at = start + this.#clientIdAt
    const asBefore = bytes[at - 1] === DOLLAR && bytes[at - 2] === X && bytes[at - 3] === D
    if (!asBefore) {
      const found = bytes.subarray(start, start + length).indexOf(CLIENT_ID_KEY)
      if (found < 0 || found + ID_LENGTH > length) return
      this.#clientIdAt = found + CLIENT_ID_KEY.length
    }
    this.#events.delivered(sentAtOf(bytes, start + this.#clientIdAt))
  }

  #takeAnswer(bytes: Buffer, start: number, length: number): void {
    if (bytes[start + OUTCOME_AT] === E) {
      const answer = decodeCbor(new Uint8Array(bytes.subarray(start, start + length)))
      this.#events.failed(JSON.stringify(answer))
    }
    if (this.#pageCounted) this.#countPage(bytes.subarray(start, start + length))
    this.#subscribed?.()
    this.#subscribed = undefined
  }

  #countPage(answer: Buffer): void {
    let count = 0
    for (let at = answer.indexOf(CLIENT_ID_KEY); at >= 0; at = answer.indexOf(CLIENT_ID_KEY, at + ID_LENGTH))
      count += 1
    const counted = this.#pageCounted
    this.#pageCounted = undefined
    counted?.(count)
  }
}
