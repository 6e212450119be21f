/**
 * Whether a request comes from this server's own pages: asked of everything that changes state and carries the cookie,
 * and of every gateway connection of a browser (SPEC.md, SES-7).
 */
import { ProtocolError } from '@reforms/protocol'
import type { IncomingHttpHeaders } from 'node:http'

/** Throws 'wrong-origin'. A browser always sends one of the two headers where it matters; scripts cannot forge them. */
export function demandOwnOrigin(headers: IncomingHttpHeaders, publicUrl: string): void {
  if (headers.origin === new URL(publicUrl).origin) return
  if (headers['sec-fetch-site'] === 'same-origin') return
  throw new ProtocolError('wrong-origin', { expected: new URL(publicUrl).origin })
}
