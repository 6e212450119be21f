/**
 * A wire between a browser and the server that adds the header by which a browser isolates a page, so that the page may ask it how
 * much memory it holds (`performance.measureUserAgentSpecificMemory`). Nothing else is changed. For long-channel.ts and large-file.ts.
 */
import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'

const ISOLATION = { 'cross-origin-embedder-policy': 'require-corp' }

export class IsolatingWire {
  #targetPort = 0
  readonly #listener = createServer((asked, answer) => this.#pass(asked, answer))

  async open(): Promise<void> {
    this.#listener.on('upgrade', (asked: IncomingMessage, browser, head: Buffer) => {
      const lines = [`${asked.method} ${asked.url} HTTP/1.1`]
      for (let at = 0; at < asked.rawHeaders.length; at += 2)
        lines.push(`${asked.rawHeaders[at]}: ${asked.rawHeaders[at + 1]}`)
      const server = connect({ port: this.#targetPort, host: 'localhost', noDelay: true })
      server.write(`${lines.join('\r\n')}\r\n\r\n`)
      server.write(head)
      for (const [from, into] of [
        [browser, server],
        [server, browser],
      ] as const) {
        from.pipe(into)
        from.on('error', () => into.destroy())
        from.on('close', () => into.destroy())
      }
    })
    this.#listener.listen(0, 'localhost')
    await once(this.#listener, 'listening')
  }

  get url(): string {
    return `http://localhost:${(this.#listener.address() as AddressInfo).port}`
  }

  leadTo(serverUrl: string): void {
    this.#targetPort = Number(new URL(serverUrl).port)
  }

  close(): void {
    this.#listener.close()
    this.#listener.closeAllConnections()
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { method, url, headers } = asked
    const onward = request(
      { port: this.#targetPort, host: 'localhost', method, path: url, headers },
      (given) => {
        answer.writeHead(given.statusCode ?? 502, { ...given.headers, ...ISOLATION })
        given.pipe(answer)
        given.on('error', () => answer.destroy())
      },
    )
    onward.on('error', () => answer.destroy())
    answer.on('close', () => onward.destroy())
    asked.pipe(onward)
  }
}
