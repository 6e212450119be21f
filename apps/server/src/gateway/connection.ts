/**
 * One socket of the gateway: frames in, answers and events out. Invariants:
 * 1. frames are taken in order, at most MAX_RUNNING at a time; beyond that the socket is not read;
 * 2. whoever does not read what is sent is cut off and told to catch up: memory stays bounded;
 * 3. nothing is sent after `end`; what was sent before it goes out before the close frame.
 */
import type { DeviceId, SessionId, UserId } from '@reforms/protocol'
import type { RawData, WebSocket } from 'ws'
import { CLOSE } from './close-code.ts'
import type { FramedBytes } from './framing.ts'
import type { KnownActor } from './known-actor.ts'
import type { Outgoing } from './outgoing.ts'

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

/** Connections are pinged one part after another, lest thousands answer at once. */
export const PULSE_PARTS = 240
let connections = 0

export class Connection {
  readonly identity: Identity
  readonly known: KnownActor
  /** Which part it is in. */
  readonly pulse = (connections += 1) % PULSE_PARTS
  readonly #socket: WebSocket
  readonly #outgoing: Outgoing
  #running = 0
  #ended = false
  #alive = true

  /** `outgoing` writes to what `socket` writes to: both write whole frames. */
  constructor(socket: WebSocket, outgoing: Outgoing, identity: Identity, known: KnownActor) {
    this.#socket = socket
    this.#outgoing = outgoing
    this.identity = identity
    this.known = known
    outgoing.cutOff = () => this.end(CLOSE.CATCH_UP, 'read faster')
    socket.on('pong', () => {
      this.#alive = true
    })
  }

  /** `onFrame` answers one frame and never rejects. */
  listen(onFrame: (bytes: Uint8Array) => Promise<void>, onClose: () => void): void {
    this.#socket.on('message', (data, isBinary) => this.#take(data, isBinary, onFrame))
    this.#socket.once('close', () => {
      this.#outgoing.discard()
      onClose()
    })
    // 'close' follows every error.
    this.#socket.on('error', () => undefined)
  }

  send(frame: FramedBytes): void {
    // After the other side's close frame nothing may follow but ours, which ws has sent.
    if (this.#ended || this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#outgoing.bytes > MAX_BUFFERED_BYTES) return this.end(CLOSE.CATCH_UP, 'read faster')
    this.#outgoing.add(frame)
  }

  end(code: number, reason: string): void {
    if (this.#ended) return
    this.#ended = true
    if (this.#socket.readyState === this.#socket.OPEN) this.#outgoing.write()
    this.#outgoing.discard()
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
