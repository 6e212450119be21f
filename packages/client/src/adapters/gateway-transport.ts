/**
 * The Transport port over the server's two doors: HTTP by fetch, and the gateway by WebSocket. Runs in browsers' workers and
 * in Node. SPEC.md, sections "Operations" (OP-*), "Gateway" (GW-*) and "Sessions" (SES-*). Hosts make it; the engine uses it.
 */
import { OPERATIONS, type Input, type Operation, type OperationName, type Output } from '@reforms/protocol'
import { TransportLost, type Transport } from '../ports.ts'
import { GatewaySocket, type SocketClass } from './gateway-socket.ts'
import { createHttpRequests } from './http-requests.ts'

export interface GatewayTransportOptions {
  /** The server's address, such as https://chat.example.org. */
  readonly baseUrl: string
  readonly fetch?: typeof fetch
  readonly WebSocket?: SocketClass
  /** A program's bearer token from an earlier run. Browsers have an httpOnly cookie instead. */
  readonly token?: string
  /** Told the new token after a sign-in and undefined after a sign-out, so that a host can keep it. */
  readonly onToken?: (token: string | undefined) => void
}

export interface GatewayTransport extends Transport {
  token(): string | undefined
}

export function createGatewayTransport(options: GatewayTransportOptions): GatewayTransport {
  const baseUrl = options.baseUrl.replace(/\/+$/, '')
  const ambientFetch: typeof fetch = (...request) => globalThis.fetch(...request)
  const session = createSession(options)
  const http = createHttpRequests({ baseUrl, fetch: options.fetch ?? ambientFetch, token: session.token })
  let gateway: GatewaySocket | undefined

  return {
    async call<N extends OperationName>(operation: N, input: Input<N>, via?: 'http'): Promise<Output<N>> {
      const socket = via === 'http' ? undefined : gateway
      const output = await route(operation, socket, input as Record<string, unknown>, http.call)
      session.noticed(operation, output)
      return output as Output<N>
    },

    open(listeners) {
      gateway?.end()
      const made: GatewaySocket = new GatewaySocket(connect(options, baseUrl, session.token()), {
        onOpen: () => listeners.onState('open'),
        onEvent: (event) => listeners.onEvent(event),
        onClosed: () => {
          if (gateway === made) gateway = undefined
          listeners.onState('closed')
        },
      })
      gateway = made
    },

    close: () => gateway?.end(),
    upload: http.upload,
    download: http.download,
    token: session.token,
  }
}

function route(
  operation: OperationName,
  gateway: GatewaySocket | undefined,
  input: Record<string, unknown>,
  overHttp: (operation: OperationName, input: Record<string, unknown>) => Promise<unknown>,
): Promise<unknown> {
  const { permission, transport: only } = OPERATIONS[operation] as Operation
  // The gateway is for those who are signed in: what is open to the world goes over HTTP, as streams of bytes do.
  if (gateway?.open && only !== 'bytes' && permission !== 'open') return gateway.call(operation, input)
  if (only === 'gateway') return Promise.reject(new TransportLost('there is no connection'))
  return overHttp(operation, input)
}

function connect(options: GatewayTransportOptions, baseUrl: string, token: string | undefined) {
  const Class = options.WebSocket ?? (globalThis.WebSocket as unknown as SocketClass)
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {}
  return new Class(`${baseUrl.replace(/^http/, 'ws')}/api/gateway`, ['reforms.v1'], { headers })
}

/** The program's token: taken from the answer to a sign-in, dropped with the session. */
function createSession({ token: first, onToken }: GatewayTransportOptions) {
  let token = first
  const change = (next: string | undefined) => {
    token = next
    onToken?.(next)
  }
  return {
    token: () => token,
    noticed(operation: OperationName, output: unknown) {
      const given = (output as { token?: string } | undefined)?.token
      if (given !== undefined) change(given)
      else if (operation === 'session.close' && token !== undefined) change(undefined)
    },
  }
}
