/**
 * What waits to be written to sockets. What gathers for a socket until the next round of writing goes out in one write,
 * which costs the system about the same for one frame as for ten. Invariants:
 * 1. a socket's frames are written in the order in which they were added;
 * 2. a round comes with the next turn of the event loop, unless the last one took long: then the process has much to
 *    write, and rests for twice that time, REST_MAX_MS at most, so that more gathers.
 */
import type { Duplex } from 'node:stream'
import type { FramedBytes } from './framing.ts'

/** What a frame may wait for others under load. */
const REST_MAX_MS = 20
/** A shorter rest would gather nothing. */
const REST_MIN_MS = 1
/** Writing takes at most a third of the time. */
const REST_FACTOR = 2
/** More than this is not copied together, but handed to the system piece by piece in one call. */
const JOIN_MAX_BYTES = 64 * 1024
/** What may wait to be read over all sockets together. */
const HELD_MAX_BYTES = 256 * 1024 * 1024

export class WriteRounds {
  #waiting: Outgoing[] = []
  /** Whose other side has not taken all that was written. */
  readonly #slow = new Set<Outgoing>()
  /** Not before this time, in milliseconds of `performance.now()`. */
  #next = 0

  add(outgoing: Outgoing): void {
    this.#waiting.push(outgoing)
    if (this.#waiting.length > 1) return
    const rest = this.#next - performance.now()
    if (rest < REST_MIN_MS) setImmediate(() => this.#write())
    else setTimeout(() => this.#write(), rest)
  }

  /** What it holds outlasts the round. */
  noteSlow(outgoing: Outgoing): void {
    this.#slow.add(outgoing)
  }

  forget(outgoing: Outgoing): void {
    this.#slow.delete(outgoing)
  }

  /** Cuts off whoever holds the most, until all together hold no more than the server can bear. */
  relieve(): void {
    const holders = [...new Set([...this.#slow, ...this.#waiting])].map((outgoing) => {
      const { bytes } = outgoing
      if (bytes === 0) this.#slow.delete(outgoing)
      return { outgoing, bytes }
    })
    let total = holders.reduce((sum, { bytes }) => sum + bytes, 0)
    if (total <= HELD_MAX_BYTES) return
    for (const { outgoing, bytes } of holders.sort((a, b) => b.bytes - a.bytes)) {
      if (total <= HELD_MAX_BYTES) return
      outgoing.cutOff()
      total -= bytes
    }
  }

  #write(): void {
    const began = performance.now()
    const waiting = this.#waiting
    this.#waiting = []
    const joiner = new Joiner()
    for (const outgoing of waiting) outgoing.write(joiner)
    const ended = performance.now()
    this.#next = ended + Math.min((ended - began) * REST_FACTOR, REST_MAX_MS)
  }
}

/** Puts frames together. A channel's members mostly get the same ones: for these it is done once. */
class Joiner {
  #parts: readonly FramedBytes[] = []
  #joined: FramedBytes = Buffer.alloc(0)

  join(parts: readonly FramedBytes[]): FramedBytes {
    if (!isSame(parts, this.#parts)) {
      this.#parts = parts
      this.#joined = Buffer.concat(parts)
    }
    return this.#joined
  }
}

function isSame(some: readonly FramedBytes[], others: readonly FramedBytes[]): boolean {
  return some.length === others.length && some.every((part, index) => part === others[index])
}

/** One socket's frames. */
export class Outgoing {
  readonly #socket: Duplex
  readonly #rounds: WriteRounds
  #frames: FramedBytes[] | undefined
  #gatheredBytes = 0
  #discarded = false
  /** Ends the connection, which sets it. */
  cutOff: () => void = () => undefined

  constructor(socket: Duplex, rounds: WriteRounds) {
    this.#socket = socket
    this.#rounds = rounds
  }

  add(frame: FramedBytes): void {
    this.#gatheredBytes += frame.length
    if (this.#frames) {
      this.#frames.push(frame)
      return
    }
    this.#frames = [frame]
    this.#rounds.add(this)
  }

  /** What has been added and not been taken by the other side yet. */
  get bytes(): number {
    return this.#discarded ? 0 : this.#gatheredBytes + this.#socket.writableLength
  }

  /** Writes what has gathered; nothing when that was done already. */
  write(joiner = new Joiner()): void {
    const [frames, bytes] = [this.#frames, this.#gatheredBytes]
    this.#empty()
    if (!frames || !this.#socket.writable) return
    if (frames.length === 1) this.#socket.write(frames[0])
    else if (bytes <= JOIN_MAX_BYTES) this.#socket.write(joiner.join(frames))
    else this.#writeAll(frames)
    if (this.#socket.writableLength > 0) this.#rounds.noteSlow(this)
  }

  /** Nothing is written any more, and what the system still holds counts no longer. */
  discard(): void {
    this.#empty()
    this.#discarded = true
    this.#rounds.forget(this)
  }

  #writeAll(frames: readonly FramedBytes[]): void {
    this.#socket.cork()
    for (const frame of frames) this.#socket.write(frame)
    this.#socket.uncork()
  }

  #empty(): void {
    this.#frames = undefined
    this.#gatheredBytes = 0
  }
}
