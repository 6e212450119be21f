/** Adapters that hosts in browsers and in Node share. Not for the engine, which knows ports only. */
export { REQUEST_TIMEOUT_MS } from './http-requests.ts'
export type { Socket, SocketClass } from './gateway-socket.ts'
export {
  createGatewayTransport,
  type GatewayTransport,
  type GatewayTransportOptions,
} from './gateway-transport.ts'
export { StatementCache } from './statement-cache.ts'
export { createTransaction } from './transaction.ts'
