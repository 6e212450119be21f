/** A client of the gateway in a test, over a real socket. For tests only. */
import { decodeCbor, encodeCbor, type ServerEvent, type ServerFrame } from '@reforms/protocol'
import { once } from 'node:events'
import { WebSocket, type ClientOptions } from 'ws'

type EventOf<T extends ServerEvent['type']> = Extract<ServerEvent, { type: T }>

const PATIENCE_MS = 10_000

export class TestClient {
  readonly events: ServerEvent[] = []
  readonly socket: WebSocket
  readonly closed: Promise<{ code: number; reason: string }>
  readonly #answers = new Map<number, (frame: ServerFrame) => void>()
  #changed: () => void = () => undefined
  #lastId = 0

  constructor(socket: WebSocket) {
    this.socket = socket
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    })
    socket.on('message', (data) => this.#take(decodeCbor(new Uint8Array(data as Buffer)) as ServerFrame))
  }

  /** Rejects with the HTTP status when the upgrade is refused. */
  static async connect(
    url: string,
    options: ClientOptions & { protocols?: string[] } = {},
  ): Promise<TestClient> {
    const { protocols = [], ...rest } = options
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/gateway`, protocols, rest)
    const client = new TestClient(socket)
    await Promise.race([
      once(socket, 'open'),
      once(socket, 'unexpected-response').then(([, response]: unknown[]) => {
        socket.on('error', () => undefined)
        socket.terminate()
        throw new Error(String((response as { statusCode: number }).statusCode))
      }),
    ])
    return client
  }

  /** The output; an error is thrown with its code as message. */
  async call(operation: string, input: unknown): Promise<unknown> {
    const id = ++this.#lastId
    const answer = new Promise<ServerFrame>((resolve) => this.#answers.set(id, resolve))
    this.socket.send(encodeCbor({ id, operation, input }))
    const frame = await answer
    if ('error' in frame) throw new Error(frame.error.code)
    return 'output' in frame ? frame.output : undefined
  }

  /** The first event of this type from now on or from before, taken out. */
  async next<T extends ServerEvent['type']>(type: T): Promise<EventOf<T>> {
    const until = Date.now() + PATIENCE_MS
    while (Date.now() < until) {
      const index = this.events.findIndex((event) => event.type === type)
      if (index >= 0) return this.events.splice(index, 1)[0] as EventOf<T>
      await this.#change(until - Date.now())
    }
    throw new Error(`no event ${type}`)
  }

  /** What has come once everything that was sent before is answered. */
  async settled(): Promise<ServerEvent[]> {
    await this.call('session.read', {})
    return this.events.splice(0)
  }

  #change(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs)
      this.#changed = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #take(frame: ServerFrame): void {
    if ('event' in frame) {
      this.events.push(frame.event)
      this.#changed()
      return
    }
    this.#answers.get(frame.id)?.(frame)
    this.#answers.delete(frame.id)
  }
}
