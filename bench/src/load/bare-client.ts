/** A client of the bare fan-out (compare/bare-process.ts): it names its rooms, then says room, id and payload. */
import type { ClientEvents, ClientPlan, LoadClient } from './client.ts'
import { sentAtOf } from './message-id.ts'
import { frameOf, LoadWebSocket } from './websocket.ts'

/** The room's number comes first. */
const ROOM_BYTES = 4

function roomBytes(room: number): Buffer {
  const bytes = Buffer.alloc(ROOM_BYTES)
  bytes.writeUInt32BE(room)
  return bytes
}

export class BareClient implements LoadClient {
  readonly #plan: ClientPlan
  readonly #socket: LoadWebSocket
  #joined: (() => void) | undefined

  constructor(plan: ClientPlan, events: ClientEvents) {
    this.#plan = plan
    this.#socket = new LoadWebSocket(plan.target.port, {
      message: (bytes, start, length) => {
        if (length > ROOM_BYTES) return events.delivered(sentAtOf(bytes, start + ROOM_BYTES))
        this.#joined?.()
      },
      closed: (why) => events.failed(why),
    })
  }

  /** The server answers a room's number with the same, once the client is in it. */
  async connect(): Promise<void> {
    await this.#socket.open('/', [])
    for (const room of this.#plan.person.rooms) {
      const joined = new Promise<void>((resolve) => (this.#joined = resolve))
      this.#socket.send(frameOf(roomBytes(room)).frame)
      await joined
    }
  }

  say(room: number, messageId: string): void {
    const payload = Buffer.from(this.#plan.crowd.rooms[room]!.payload, 'base64')
    const body = Buffer.concat([roomBytes(room), Buffer.from(messageId, 'latin1'), payload])
    this.#socket.send(frameOf(body).frame)
  }

  close(): void {
    this.#socket.close()
  }
}
