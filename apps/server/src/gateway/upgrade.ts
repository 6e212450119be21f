/**
 * The upgrade of an HTTP request to a gateway socket (RFC 6455, section 4.2): who calls is known, and bound to a device,
 * before there is a socket. Browsers show a cookie and their origin; programs a bearer token in the header, or in the
 * subprotocol `bearer.<token>` where they cannot set headers.
 */
import { ProtocolError, type WireError } from '@reforms/protocol'
import proxyAddress from '@fastify/proxy-addr'
import { randomUUID } from 'node:crypto'
import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { canAtAll } from '../dispatch/authorisation.ts'
import { credentialsOf, type Credentials } from '../dispatch/credentials.ts'
import { demandOwnOrigin } from '../dispatch/origin.ts'
import { statusOf } from '../dispatch/wire-error.ts'
import type { Actor } from '../ports/call.ts'
import type { Identity } from './connection.ts'

export const GATEWAY_PATH = '/api/gateway'
export const SUBPROTOCOL = 'reforms.v1'
const BEARER_PREFIX = 'bearer.'

export interface UpgradeOptions {
  readonly publicUrl: string
  readonly authenticate: (token: string) => Promise<Actor | undefined>
  readonly addressOf: (request: IncomingMessage) => string
  readonly admitAddress: (address: string) => void
}

/** The address of a caller behind these proxies, as Fastify computes it for requests. */
export function addressReader(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const trust = proxyAddress.compile([...trustedProxies])
  return (request) => proxyAddress(request, trust)
}

function protocolsOf({ headers }: IncomingMessage): string[] {
  return headers['sec-websocket-protocol']?.split(',').map((protocol) => protocol.trim()) ?? []
}

function gatewayCredentials(request: IncomingMessage): Credentials | undefined {
  const bearer = protocolsOf(request).find((protocol) => protocol.startsWith(BEARER_PREFIX))
  if (bearer === undefined) return credentialsOf(request.headers)
  return credentialsOf({ authorization: `Bearer ${bearer.slice(BEARER_PREFIX.length)}` })
}

/** Who calls, as a connection keeps it, and what they may do now. */
export interface Identified {
  readonly identity: Identity
  readonly actor: Actor
}

/** Throws ProtocolError for whoever may not connect. */
export async function identify(request: IncomingMessage, options: UpgradeOptions): Promise<Identified> {
  const address = options.addressOf(request)
  options.admitAddress(address)
  const found = gatewayCredentials(request)
  if (found?.source !== 'bearer') demandOwnOrigin(request.headers, options.publicUrl)
  const actor = found ? await options.authenticate(found.token) : undefined
  const verdict = canAtAll(actor, 'own')
  if (!verdict.allowed) throw new ProtocolError(verdict.code)
  if (!actor?.deviceId) throw new ProtocolError('session-unbound')
  const { sessionId, userId, deviceId } = actor
  return { identity: { socketId: randomUUID(), sessionId, userId, deviceId, address }, actor }
}

/** Refuses before the upgrade, in HTTP. */
export function refuse(socket: Duplex, error: ProtocolError): void {
  const status = statusOf(error)
  const wire: WireError = error.toWire()
  const body = JSON.stringify(wire)
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Connection: close',
      'Cache-Control: no-store',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  )
}
