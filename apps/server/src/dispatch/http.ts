/**
 * The operation table over HTTP (SPEC.md, OP-5): one Fastify route for each operation, JSON or CBOR both ways. app.ts
 * registers it. Nothing of a body is read before the caller is known and may call the operation at all.
 */
import { OPERATIONS, ProtocolError, type OperationName } from '@reforms/protocol'
import { openApiDocument } from '@reforms/protocol/openapi'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Readable } from 'node:stream'
import type { Actor, BytesExchange, Call, Services } from '../ports/call.ts'
import { sendAnswer, sendError } from './answer.ts'
import { credentialsOf, sessionCookie, type Credentials } from './credentials.ts'
import type { Dispatcher } from './dispatcher.ts'
import { inputMaxBytes } from './input-size.ts'
import { demandOwnOrigin } from './origin.ts'
import { parseBody, requestInput, type ParsedBody } from './request-input.ts'

export interface HttpOptions {
  readonly dispatcher: Dispatcher
  readonly services: Services
  readonly authenticate: (token: string) => Promise<Actor | undefined>
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, once known; undefined for a stranger. */
    actor: Actor | undefined
  }
}

function demandOrigin(request: FastifyRequest, found: Credentials | undefined, publicUrl: string): void {
  if (request.method === 'GET' || request.method === 'HEAD') return
  const fromBrowser = found?.source === 'cookie' || request.headers.origin !== undefined
  if (fromBrowser && found?.source !== 'bearer') demandOwnOrigin(request.headers, publicUrl)
}

function addBodyParsers(api: FastifyInstance): void {
  api.removeAllContentTypeParsers()
  for (const format of ['json', 'cbor'] as const) {
    const parse = async (_request: FastifyRequest, body: Buffer) => parseBody(format, body)
    api.addContentTypeParser(`application/${format}`, { parseAs: 'buffer' }, parse)
  }
}

/** What is sent waits for asynchronous hooks, so Fastify's own `sent` does not say it yet: it is noted here. */
class ReplyExchange implements BytesExchange {
  readonly headers: BytesExchange['headers']
  readonly body: Readable
  readonly #reply: FastifyReply
  #answered = false

  constructor(request: FastifyRequest, reply: FastifyReply) {
    this.headers = request.headers
    this.body = (request.body as Readable | undefined) ?? request.raw
    this.#reply = reply
  }

  readonly respond: BytesExchange['respond'] = (status, headers, body) => {
    this.#answered = true
    this.#reply.code(status).headers(headers).send(body)
  }

  finish(): FastifyReply {
    return this.#answered ? this.#reply : this.#reply.code(204).send()
  }
}

class OperationRoutes {
  readonly #options: HttpOptions

  constructor(options: HttpOptions) {
    this.#options = options
  }

  add(api: FastifyInstance, name: OperationName): void {
    const { method, path, input, ...operation } = OPERATIONS[name] as (typeof OPERATIONS)[OperationName] & {
      transport?: 'bytes' | 'gateway'
    }
    if (operation.transport === 'gateway') return
    api.route({
      method,
      url: path,
      bodyLimit: inputMaxBytes(input),
      onRequest: (request) => this.#admit(name, request),
      handler: (request, reply) =>
        operation.transport === 'bytes'
          ? this.#exchange(name, request, reply)
          : this.#answer(name, request, reply),
    })
  }

  async #admit(name: OperationName, request: FastifyRequest): Promise<void> {
    const { dispatcher, authenticate, services } = this.#options
    dispatcher.admitAddress(request.ip)
    const found = credentialsOf(request.headers)
    demandOrigin(request, found, services.publicUrl)
    request.actor = found ? await authenticate(found.token) : undefined
    dispatcher.admit(name, request.actor, request.ip)
  }

  #call(request: FastifyRequest, reply: FastifyReply): Call {
    const { services } = this.#options
    return {
      services,
      actor: request.actor,
      address: request.ip,
      setSessionCookie: (token) => void reply.header('set-cookie', sessionCookie(token, services.publicUrl)),
    }
  }

  async #answer(name: OperationName, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { params, query, method } = request
    const body = request.body as ParsedBody | undefined
    const input = requestInput(OPERATIONS[name].input, method, { params, query, body })
    return sendAnswer(
      request,
      reply,
      await this.#options.dispatcher.run(name, input, this.#call(request, reply)),
    )
  }

  async #exchange(name: OperationName, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const exchange = new ReplyExchange(request, reply)
    await this.#options.dispatcher.run(name, request.params, { ...this.#call(request, reply), exchange })
    return exchange.finish()
  }
}

/** All of /api. What is below /api and not in the table answers 'unknown-operation'. */
export function operationRoutes(options: HttpOptions) {
  return async (root: FastifyInstance): Promise<void> => {
    await root.register(async (api) => {
      addBodyParsers(api)
      api.decorateRequest('actor', undefined)
      api.addHook('onSend', async (_request, reply) => void reply.header('cache-control', 'no-store'))
      api.setErrorHandler((error, request, reply) => sendError(request, reply, error))
      const routes = new OperationRoutes(options)
      await api.register(async (scope) => {
        scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
        for (const name of namesOf('bytes')) routes.add(scope, name)
      })
      for (const name of namesOf(undefined)) routes.add(api, name)
      api.get('/api/openapi.json', async () => openApiDocument())
      api.all('/api/*', async () => {
        throw new ProtocolError('unknown-operation')
      })
    })
  }
}

function namesOf(transport: 'bytes' | undefined): OperationName[] {
  return (Object.keys(OPERATIONS) as OperationName[]).filter((name) => {
    const operation: { transport?: string } = OPERATIONS[name]
    return operation.transport === transport
  })
}
