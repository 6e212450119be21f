/** Answers and errors over HTTP, in JSON or, for those who accept it, CBOR. Only http.ts calls this. */
import { encodePresent } from '@reforms/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { toJson } from './json-bytes.ts'
import { statusOf, toProtocolError } from './wire-error.ts'

function acceptsCbor(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('application/cbor') ?? false
}

export function sendAnswer(request: FastifyRequest, reply: FastifyReply, output: unknown): FastifyReply {
  if (acceptsCbor(request)) {
    return reply.type('application/cbor').send(Buffer.from(encodePresent(output)))
  }
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(toJson(output)))
}

function setRetryAfter(reply: FastifyReply, detail: Record<string, unknown> | undefined): void {
  const retryAfterMs = detail?.['retryAfterMs']
  if (typeof retryAfterMs === 'number') reply.header('retry-after', Math.ceil(retryAfterMs / 1000))
}

/** The header that carries an error's code where there can be no body: in answers to HEAD. */
export const ERROR_HEADER = 'reforms-error'

/** The body is a WireError. */
export function sendError(request: FastifyRequest, reply: FastifyReply, thrown: unknown): FastifyReply {
  const error = toProtocolError(thrown, request.log)
  setRetryAfter(reply, error.detail)
  reply.code(statusOf(error)).header(ERROR_HEADER, error.code)
  return sendAnswer(request, reply, error.toWire())
}
