/** HTTPS and WebSocket upgrades by hand, to a server whose certificate is made for the test: only that one is trusted. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Agent, request, type RequestOptions } from 'node:https'
import { connect, type PeerCertificate } from 'node:tls'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Asked {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** `ca` is the certificate (PEM). Rejects where the server shows another one. An upgrade is closed as soon as it is accepted. */
export function ask(
  url: string,
  ca: string,
  { method = 'GET', headers = {}, body }: Asked = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // A connection each: a certificate that was exchanged since the last one is seen.
    const options: RequestOptions = { method, headers, ca, agent: new Agent({ maxCachedSessions: 0 }) }
    const sent = request(url, options, (answer) => void read(answer).then(resolve, reject))
    sent.once('upgrade', ({ statusCode = 0, headers }, socket) => {
      socket.destroy()
      resolve({ status: statusCode, headers, body: '' })
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

async function read(answer: IncomingMessage): Promise<Answer> {
  let body = ''
  for await (const chunk of answer.setEncoding('utf8')) body += String(chunk)
  return { status: answer.statusCode ?? 0, headers: answer.headers, body }
}

/** Whom the server says that it is, to whoever connects now, trusted or not. */
export function shownCertificate(url: string): Promise<PeerCertificate> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: hostname,
      port: Number(port),
      servername: hostname,
      rejectUnauthorized: false,
    })
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate())
      socket.destroy()
    })
  })
}
