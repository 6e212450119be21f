/** A wire between browsers and the server that notes when bytes pass, each way, by this machine's clock. For send-to-paint.ts. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'

export interface Passed {
  readonly at: number
  readonly bytes: number
  readonly to: 'server' | 'browser'
  /** Which of the wire's connections. */
  readonly connection: number
}

export class RecordingWire {
  readonly #passed: Passed[] = []
  #connections = 0
  #targetPort = 0
  readonly #listener = createServer({ noDelay: true }, (browser) => {
    const connection = ++this.#connections
    const server = connect({ port: this.#targetPort, host: 'localhost', noDelay: true })
    for (const [from, into, to] of [
      [browser, server, 'server'],
      [server, browser, 'browser'],
    ] as const) {
      from.on('data', ({ length }: Buffer) => this.#passed.push({ at: now(), bytes: length, to, connection }))
      from.pipe(into)
      from.on('error', () => undefined)
      from.on('close', () => into.destroy())
    }
  })

  async open(): Promise<void> {
    this.#listener.listen(0, 'localhost')
    await once(this.#listener, 'listening')
  }

  get url(): string {
    return `http://localhost:${(this.#listener.address() as AddressInfo).port}`
  }

  leadTo(serverUrl: string): void {
    this.#targetPort = Number(new URL(serverUrl).port)
  }

  /** The first chunk from a moment on that is asked for. */
  first(moment: number, wanted: (chunk: Passed) => boolean): Passed | undefined {
    return this.#passed.find((chunk) => chunk.at >= moment && wanted(chunk))
  }

  close(): void {
    this.#listener.close()
  }
}

/** Milliseconds since 1970, finer than Date's. */
function now(): number {
  return performance.timeOrigin + performance.now()
}
