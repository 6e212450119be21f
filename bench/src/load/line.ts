/** One TCP connection of a client under load, read into one buffer that all share: what arrives must be used at once. */
import { connect, type Socket } from 'node:net'

const READ_BYTES = 256 * 1024
const shared = Buffer.allocUnsafe(READ_BYTES)

export interface LineEvents {
  /** Uses what it can of `bytes` from `start` on and tells where the rest begins. */
  take(bytes: Buffer, start: number, end: number): number
  closed(why: string): void
}

export class Line {
  readonly #socket: Socket
  readonly #events: LineEvents
  /** The beginning of something that has not arrived whole. */
  #rest: Buffer | undefined

  constructor(port: number, events: LineEvents) {
    this.#events = events
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: shared,
        callback: (length: number) => {
          this.#read(length)
          return true
        },
      },
    })
    let why = 'closed'
    this.#socket.on('error', (error) => (why = error.message))
    this.#socket.on('close', () => events.closed(why))
  }

  write(bytes: Buffer | string): void {
    this.#socket.write(bytes)
  }

  close(): void {
    this.#socket.destroy()
  }

  #read(length: number): void {
    const whole = this.#rest ? Buffer.concat([this.#rest, shared.subarray(0, length)]) : shared
    const end = this.#rest ? whole.length : length
    const used = this.#events.take(whole, 0, end)
    this.#rest = used < end ? Buffer.from(whole.subarray(used, end)) : undefined
  }
}
