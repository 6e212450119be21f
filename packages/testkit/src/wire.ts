/**
 * The wire between clients and a server, as a TCP proxy that can be cut: what leaves a machine without network sees. For tests
 * only. Cutting ends what is open and refuses what is new, until it is mended; pacing makes it slow.
 */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Transform } from 'node:stream'

export class Wire {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #targetPort = 0
  #cut = false
  #bytesPerSecond: number | undefined

  private constructor(server: Server) {
    this.#server = server
  }

  static async open(): Promise<Wire> {
    const server = createServer()
    const wire = new Wire(server)
    server.on('connection', (socket) => wire.#join(socket))
    server.listen(0, 'localhost')
    await once(server, 'listening')
    return wire
  }

  /** Where clients connect to. */
  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`
  }

  leadTo(serverUrl: string): void {
    this.#targetPort = Number(new URL(serverUrl).port)
  }

  cut(): void {
    this.#cut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  mend(): void {
    this.#cut = false
  }

  /** Each connection, each way; undefined: as fast as can be. */
  pace(bytesPerSecond: number | undefined): void {
    this.#bytesPerSecond = bytesPerSecond
  }

  async close(): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(client: Socket): void {
    if (this.#cut || this.#targetPort === 0) return void client.destroy()
    const server = connect(this.#targetPort, 'localhost')
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from)
      from.on('error', () => undefined)
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
      from.pipe(this.#paced()).pipe(to)
    }
  }

  #paced(): Transform {
    return new Transform({
      transform: (bytes: Buffer, _encoding, done) => {
        if (this.#bytesPerSecond === undefined) return done(null, bytes)
        setTimeout(() => done(null, bytes), (bytes.length / this.#bytesPerSecond) * 1000)
      },
    })
  }
}
