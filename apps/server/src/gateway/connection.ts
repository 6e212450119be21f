/**
 * One socket of the gateway: frames in, answers and events out. Invariants:
 * 1. frames are taken in order, at most MAX_RUNNING at a time; beyond that the socket is not read;
 * 2. whoever does not read what is sent is cut off and told to catch up: memory stays bounded;
 * 3. nothing is sent after `end`.
 */
import {
  encodeCbor,
  type DeviceId,
  type ServerEvent,
  type ServerFrame,
  type SessionId,
  type UserId,
} from '@reforms/protocol'
import type { RawData, WebSocket } from 'ws'
import { toCbor } from '../dispatch/json-bytes.ts'
import { CLOSE } from './close-code.ts'

/** Whom a connection speaks for; it does not change while it is open. */
export interface Identity {
  readonly socketId: string
  readonly sessionId: SessionId
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly address: string
}

const MAX_RUNNING = 32
/** What may wait to be read by the other side. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024
/** How long a closing handshake may take. */
const CLOSE_TIMEOUT_MS = 2000

export function encodeFrame(frame: ServerFrame): Uint8Array {
  return encodeCbor(toCbor(frame))
}

export function encodeEvent(event: ServerEvent): Uint8Array {
  return encodeFrame({ event })
}

export class Connection {
  readonly identity: Identity
  readonly #socket: WebSocket
  #running = 0
  #ended = false
  #alive = true

  constructor(socket: WebSocket, identity: Identity) {
    this.#socket = socket
    this.identity = identity
    socket.on('pong', () => {
      this.#alive = true
    })
  }

  /** `onFrame` answers one frame and never rejects. */
  listen(onFrame: (bytes: Uint8Array) => Promise<void>, onClose: () => void): void {
    this.#socket.on('message', (data, isBinary) => this.#take(data, isBinary, onFrame))
    this.#socket.once('close', onClose)
    // 'close' follows every error.
    this.#socket.on('error', () => undefined)
  }

  send(frame: Uint8Array): void {
    if (this.#ended) return
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) return this.end(CLOSE.CATCH_UP, 'read faster')
    this.#socket.send(frame, { binary: true })
  }

  /** What has been sent and not been read yet. */
  get bufferedBytes(): number {
    return this.#ended ? 0 : this.#socket.bufferedAmount
  }

  end(code: number, reason: string): void {
    if (this.#ended) return
    this.#ended = true
    this.#socket.close(code, reason)
    setTimeout(() => this.#socket.terminate(), CLOSE_TIMEOUT_MS).unref()
  }

  /** Every 30 s: whoever has not answered the ping before is gone. */
  checkPulse(): void {
    if (!this.#alive) return this.#socket.terminate()
    this.#alive = false
    this.#socket.ping()
  }

  #take(data: RawData, isBinary: boolean, onFrame: (bytes: Uint8Array) => Promise<void>): void {
    if (this.#ended) return
    if (!isBinary) return this.end(CLOSE.MALFORMED, 'send CBOR in binary frames')
    this.#running += 1
    if (this.#running >= MAX_RUNNING) this.#socket.pause()
    void onFrame(bytesOf(data)).finally(() => {
      this.#running -= 1
      if (this.#running < MAX_RUNNING && this.#socket.isPaused) this.#socket.resume()
    })
  }
}

function bytesOf(data: RawData): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  const buffer = Array.isArray(data) ? Buffer.concat(data) : data
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}
