/** Reads lines and counted bytes from a stream of buffers, with a cap on each: a backup file is not trusted. */
const NEWLINE = 10

export class ByteReader {
  readonly #source: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Without its newline. Throws Error at the end of the stream and beyond the cap. */
  async line(maxBytes: number): Promise<string> {
    for (;;) {
      const end = this.#held.indexOf(NEWLINE)
      if (end > maxBytes || (end < 0 && this.#held.length > maxBytes)) throw new Error('a line is too long')
      if (end >= 0) return this.#take(end + 1).toString('utf8', 0, end)
      await this.#more()
    }
  }

  async bytes(length: number): Promise<Buffer> {
    while (this.#held.length < length) await this.#more()
    return this.#take(length)
  }

  #take(length: number): Buffer {
    const taken = this.#held.subarray(0, length)
    this.#held = this.#held.subarray(length)
    return taken
  }

  async #more(): Promise<void> {
    const next = await this.#source.next()
    if (next.done) throw new Error('the file ends too early')
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value])
  }
}
