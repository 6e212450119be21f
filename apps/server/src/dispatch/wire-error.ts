/**
 * The one place where what was thrown becomes what crosses the wire (SPEC.md, ERR-1 to ERR-4). HTTP and the gateway use
 * it. What nobody foresaw is logged under an id, which is all that the caller is told of it.
 */
import { ERRORS, ProtocolError } from '@reforms/protocol'
import { randomUUID } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import { isDatabaseUnavailable } from '../adapters/database/connection.ts'

/** Two transactions were in each other's way: the same request succeeds when it is repeated. */
const CONFLICTS = new Set(['40001', '40P01'])

/** Fastify's own refusals, by the status that it gives them. */
const REFUSALS: Readonly<Record<number, 'invalid-input' | 'too-large' | 'unsupported-media-type'>> = {
  400: 'invalid-input',
  413: 'too-large',
  415: 'unsupported-media-type',
}

interface Fault {
  readonly code?: unknown
  readonly statusCode?: unknown
}

function isUnavailable(fault: Fault): boolean {
  return isDatabaseUnavailable(fault) || (typeof fault.code === 'string' && CONFLICTS.has(fault.code))
}

function refusalOf({ code, statusCode }: Fault): ProtocolError | undefined {
  if (typeof code !== 'string' || !code.startsWith('FST_') || typeof statusCode !== 'number') return undefined
  const refusal = REFUSALS[statusCode]
  return refusal === undefined ? undefined : new ProtocolError(refusal)
}

/** Always a ProtocolError; never with a stack, a query or a value of what was thrown. */
export function toProtocolError(thrown: unknown, log: FastifyBaseLogger): ProtocolError {
  if (thrown instanceof ProtocolError) return thrown
  const fault: Fault = typeof thrown === 'object' && thrown !== null ? thrown : {}
  const refusal = refusalOf(fault)
  if (refusal) return refusal
  if (isUnavailable(fault)) {
    log.warn({ code: fault.code }, 'the database is not available')
    return new ProtocolError('unavailable')
  }
  const errorId = randomUUID()
  log.error({ err: thrown, errorId }, 'an operation failed')
  return new ProtocolError('internal', { errorId })
}

export function statusOf(error: ProtocolError): number {
  return ERRORS[error.code].status
}
