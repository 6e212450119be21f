/**
 * blob.read: a whole encrypted file, or a range of it, streamed (SPEC.md, BLB-2, BLB-4, BLB-5). The bytes are a stranger's:
 * no browser may show, sniff, run or keep them.
 */
import { ProtocolError } from '@reforms/protocol'
import type { BytesExchange, Handlers } from '../../ports/call.ts'
import { deviceCallerOf } from '../caller.ts'
import { findReadable } from './blob.ts'
import { openForReading } from './file.ts'
import { rangeOf } from './range.ts'
import { exchangeOf } from './tus.ts'

const HEADERS = {
  'accept-ranges': 'bytes',
  'cache-control': 'no-store',
  'content-disposition': 'attachment',
  'content-security-policy': "default-src 'none'; sandbox",
  'content-type': 'application/octet-stream',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

/** `if-range` names a validator, and none is given out: nothing can match it. */
function rangeHeader({ headers }: BytesExchange): string | undefined {
  return headers['if-range'] === undefined ? headers.range : undefined
}

const read: Handlers['blob.read'] = async ({ blobId }, call) => {
  const { services } = call
  const exchange = exchangeOf(call)
  const blob = await findReadable(services.sql, blobId, deviceCallerOf(call).userId)
  if (!blob) throw new ProtocolError('not-found')
  const { size } = blob
  const range = rangeOf(rangeHeader(exchange), size)
  if (range === 'unsatisfiable') {
    exchange.respond(416, { ...HEADERS, 'content-range': `bytes */${size}` })
    return {}
  }
  const file = await openForReading(services.blobFolder, blobId)
  if (!file) {
    services.log.error({ blobId }, 'a blob is missing in the blob folder')
    throw new ProtocolError('not-found')
  }
  const whole = range === 'everything'
  const { start, end } = whole ? { start: 0, end: size - 1 } : range
  const headers = {
    ...HEADERS,
    'content-length': String(end - start + 1),
    ...(whole ? undefined : { 'content-range': `bytes ${start}-${end}/${size}` }),
  }
  exchange.respond(whole ? 200 : 206, headers, file.createReadStream({ start, end }))
  return {}
}

export const downloadHandlers = { 'blob.read': read } satisfies Partial<Handlers>
