/**
 * The WebSocket to /api/gateway: CBOR frames, requests answered by id in any order, events in between. SPEC.md, section
 * "Gateway" (GW-*). One object is one connection; whoever lost it makes the next. For the gateway transport only.
 *
 * 1. `onClosed` is called exactly once, after every request that waits was rejected with TransportLost.
 * 2. A frame that does not decode ends the connection: what follows it cannot be trusted to be in step.
 * 3. A connection that stays silent for SILENCE_MS is asked for a sign of life, and given up without one: nobody tells a
 *    page that its network has gone.
 */
import { limits, type ServerEvent } from '@reforms/protocol'
import { TransportLost } from '../ports.ts'
import { decodeWire, encodeWire, protocolError } from './wire.ts'

export const OPEN_TIMEOUT_MS = 15_000
export const ANSWER_TIMEOUT_MS = 30_000
export const SILENCE_MS = 25_000
const SIGN_OF_LIFE_MS = 8_000

/** As much of the WebSocket interface as is used here: the browser's class and that of `ws` both have it. */
export interface Socket {
  binaryType: string
  readonly readyState: number
  send(data: Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (message: { data: unknown }) => void): void
}

/** Browsers ignore the third argument; `ws` sends the headers. */
export type SocketClass = new (
  url: string,
  protocols: string[],
  options: { headers: Record<string, string> },
) => Socket

interface GatewayListeners {
  onOpen(): void
  onEvent(event: ServerEvent): void
  onClosed(): void
}

interface Waiting {
  resolve(output: unknown): void
  reject(problem: Error): void
  timer: ReturnType<typeof setTimeout>
}

export class GatewaySocket {
  readonly #socket: Socket
  readonly #listeners: GatewayListeners
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 1
  #state: 'opening' | 'open' | 'closed' = 'opening'
  #timer: ReturnType<typeof setTimeout>

  constructor(socket: Socket, listeners: GatewayListeners) {
    this.#socket = socket
    this.#listeners = listeners
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('open', () => this.#opened())
    socket.addEventListener('message', ({ data }) => this.#received(data))
    socket.addEventListener('close', () => this.end())
    socket.addEventListener('error', () => this.end())
    this.#timer = setTimeout(() => this.end(), OPEN_TIMEOUT_MS)
  }

  get open(): boolean {
    return this.#state === 'open'
  }

  /** Resolves with the output; rejects with ProtocolError, or with TransportLost when the connection goes first. */
  call(operation: string, input: unknown, timeoutMs: number = ANSWER_TIMEOUT_MS): Promise<unknown> {
    if (!this.open) return Promise.reject(new TransportLost('there is no connection'))
    const id = this.#nextId++
    const frame = encodeWire({ id, operation, input })
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.end(), timeoutMs)
      this.#waiting.set(id, { resolve, reject, timer })
      this.#socket.send(frame)
    })
  }

  end(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    clearTimeout(this.#timer)
    this.#socket.close(1000)
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer)
      reject(new TransportLost('the connection was lost'))
    }
    this.#waiting.clear()
    this.#listeners.onClosed()
  }

  #opened(): void {
    if (this.#state !== 'opening') return
    this.#state = 'open'
    this.#heard()
    this.#listeners.onOpen()
  }

  #heard(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      // Any answer, an error too, is a sign of life; without one the call's own timeout ends the connection.
      this.call('session.read', {}, SIGN_OF_LIFE_MS).catch(() => undefined)
    }, SILENCE_MS)
  }

  #received(data: unknown): void {
    if (!this.open) return
    this.#heard()
    let frame: unknown
    try {
      if (!(data instanceof ArrayBuffer) || data.byteLength > limits.FRAME_MAX_BYTES) return this.end()
      frame = decodeWire(new Uint8Array(data))
    } catch {
      return this.end()
    }
    if (typeof frame === 'object' && frame !== null) this.#dispatch(frame as Record<string, unknown>)
  }

  #dispatch(frame: Record<string, unknown>): void {
    if (frame['event'] !== undefined) return this.#listeners.onEvent(frame['event'] as ServerEvent)
    const waiting = this.#waiting.get(frame['id'] as number)
    if (!waiting) return
    this.#waiting.delete(frame['id'] as number)
    clearTimeout(waiting.timer)
    if (frame['error'] !== undefined) waiting.reject(protocolError(frame['error']))
    else waiting.resolve(frame['output'])
  }
}
