/** Headers of the tus 1.0.0 core protocol, and the exchange that carries them (SPEC.md, BLB-3). */
import { ProtocolError, type Input } from '@reforms/protocol'
import type { BytesExchange, Call, Handler } from '../../ports/call.ts'

const VERSION = '1.0.0'
const CONTENT_TYPE = 'application/offset+octet-stream'
const OFFSET = /^\d{1,15}$/

export function exchangeOf({ exchange }: Call): BytesExchange {
  if (!exchange) throw new Error('an operation on bytes needs an exchange')
  return exchange
}

/** What a tus client is answered. */
export function tusHeaders({ received, size }: { readonly received: number; readonly size: number }) {
  return {
    'tus-resumable': VERSION,
    'upload-offset': String(received),
    'upload-length': String(size),
    'cache-control': 'no-store',
  }
}

/** A request of another version of tus is answered 412, with the version that is spoken here. */
export function overTus(
  handle: (blob: Input<'blob.append'>, call: Call, exchange: BytesExchange) => Promise<void>,
): Handler<'blob.append' | 'blob.status'> {
  return async (input, call) => {
    const exchange = exchangeOf(call)
    if (exchange.headers['tus-resumable'] === VERSION) await handle(input, call, exchange)
    else exchange.respond(412, { 'tus-resumable': VERSION, 'tus-version': VERSION })
    return {}
  }
}

/** Throws 'unsupported-media-type' or 'invalid-input'. */
export function uploadOffset({ headers }: BytesExchange): number {
  if (headers['content-type'] !== CONTENT_TYPE) {
    throw new ProtocolError('unsupported-media-type', undefined, `Send the bytes as ${CONTENT_TYPE}.`)
  }
  const offset = headers['upload-offset']
  if (typeof offset !== 'string' || !OFFSET.test(offset)) {
    throw new ProtocolError('invalid-input', { path: '/upload-offset', problem: 'must be a number of bytes' })
  }
  return Number(offset)
}
