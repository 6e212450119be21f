/**
 * A WebSocket client (RFC 6455) that does no more than a client under load must: it looks at the head of each frame, answers
 * pings, and masks with zeros, which leaves what is prepared as it is.
 */
import { Line } from './line.ts'

const [BINARY, CLOSE, PING] = [2, 8, 9]
const PONG_FRAME = Buffer.from([0x8a, 0x80, 0, 0, 0, 0])
const END_OF_HEAD = Buffer.from('\r\n\r\n')
/** Any: the server's answer to it is not checked. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='

export interface WebSocketEvents {
  /** A binary message; it must be used at once. */
  message(bytes: Buffer, start: number, length: number): void
  closed(why: string): void
}

/** A masked binary frame around `length` bytes that follow at `offset`. */
export function frameOf(body: Uint8Array): { frame: Buffer; offset: number } {
  const { length } = body
  const head = length < 126 ? [0x82, 0x80 | length] : [0x82, 0xfe, length >> 8, length & 255]
  const offset = head.length + 4
  return { frame: Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), body]), offset }
}

export class LoadWebSocket {
  readonly #line: Line
  readonly #events: WebSocketEvents
  #open: (() => void) | undefined
  #fail: ((why: Error) => void) | undefined
  #isOpen = false

  constructor(port: number, events: WebSocketEvents) {
    this.#events = events
    this.#line = new Line(port, {
      take: (bytes, start, end) => this.#take(bytes, start, end),
      closed: (why) => {
        this.#fail?.(new Error(why))
        events.closed(why)
      },
    })
  }

  /** Rejects when the upgrade is refused. */
  open(path: string, headers: readonly string[]): Promise<void> {
    const upgrade = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13']
    const lines = [
      `GET ${path} HTTP/1.1`,
      'Host: localhost',
      ...upgrade,
      `Sec-WebSocket-Key: ${KEY}`,
      ...headers,
    ]
    this.#line.write(`${lines.join('\r\n')}\r\n\r\n`)
    return new Promise((resolve, reject) => {
      this.#open = resolve
      this.#fail = reject
    })
  }

  /** A whole frame, as `frameOf` makes it. */
  send(frame: Buffer): void {
    this.#line.write(frame)
  }

  close(): void {
    this.#line.close()
  }

  #take(bytes: Buffer, start: number, end: number): number {
    return this.#isOpen ? this.#takeFrames(bytes, start, end) : this.#takeHead(bytes, start, end)
  }

  #takeHead(bytes: Buffer, start: number, end: number): number {
    const at = bytes.subarray(start, end).indexOf(END_OF_HEAD)
    if (at < 0) return start
    const head = bytes.toString('latin1', start, start + at)
    if (!head.startsWith('HTTP/1.1 101')) {
      this.#fail?.(new Error(head.split('\r\n', 1)[0]))
      return end
    }
    this.#isOpen = true
    this.#open?.()
    return this.#takeFrames(bytes, start + at + END_OF_HEAD.length, end)
  }

  #takeFrames(bytes: Buffer, start: number, end: number): number {
    let at = start
    while (at + 2 <= end) {
      let [length, head] = [bytes[at + 1]! & 127, 2]
      if (length === 126) {
        if (at + 4 > end) return at
        ;[length, head] = [bytes.readUInt16BE(at + 2), 4]
      } else if (length === 127) {
        if (at + 10 > end) return at
        ;[length, head] = [Number(bytes.readBigUInt64BE(at + 2)), 10]
      }
      if (at + head + length > end) return at
      this.#takeFrame(bytes[at]! & 15, bytes, at + head, length)
      at += head + length
    }
    return at
  }

  #takeFrame(opcode: number, bytes: Buffer, start: number, length: number): void {
    if (opcode === BINARY) this.#events.message(bytes, start, length)
    else if (opcode === PING) this.#line.write(PONG_FRAME)
    else if (opcode === CLOSE) this.#events.closed(`close ${length >= 2 ? bytes.readUInt16BE(start) : ''}`)
  }
}
