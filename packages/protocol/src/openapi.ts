/**
 * OpenAPI 3.1, generated from the operation table and the error catalogue (SPEC.md, OP-8). The server shows it at
 * /api/openapi.json. Operations that only the gateway has stand under `x-gateway`.
 */
import type { TSchema } from 'typebox'
import { ERRORS, EVERYWHERE, type ErrorCode } from './errors.ts'
import type { Operation } from './operation.ts'
import { OPERATIONS } from './operations/index.ts'
import { PERMISSIONS } from './permissions.ts'

type Json = Record<string, unknown>

function base64url({ minLength, maxLength }: { minLength: number; maxLength: number }): Json {
  const characters = (bytes: number) => Math.ceil((bytes * 4) / 3)
  return {
    type: 'string',
    contentEncoding: 'base64url',
    minLength: characters(minLength),
    maxLength: characters(maxLength),
  }
}

/** A TypeBox schema as JSON has it: plain data, with bytes as unpadded base64url. */
function jsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(jsonSchema)
  if (typeof schema !== 'object' || schema === null) return schema
  const bytes = (schema as { 'x-bytes'?: { minLength: number; maxLength: number } })['x-bytes']
  if (bytes) return base64url(bytes)
  return Object.fromEntries(Object.entries(schema).map(([name, inner]) => [name, jsonSchema(inner)]))
}

const content = (schema: unknown): Json => ({
  'application/json': { schema },
  'application/cbor': { schema },
})

function pathNames(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!)
}

interface ObjectSchema {
  readonly properties: Readonly<Record<string, TSchema>>
  readonly required?: readonly string[]
}

function parameters(input: ObjectSchema, inPath: readonly string[], hasQuery: boolean): Json[] {
  const names = hasQuery ? Object.keys(input.properties) : inPath
  return names.map((name) => ({
    name,
    in: inPath.includes(name) ? 'path' : 'query',
    required: inPath.includes(name) || (input.required?.includes(name) ?? false),
    schema: jsonSchema(input.properties[name]),
  }))
}

function bodyOf(input: ObjectSchema, inPath: readonly string[]): Json {
  const names = Object.keys(input.properties).filter((name) => !inPath.includes(name))
  const schema = {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, jsonSchema(input.properties[name])])),
    required: (input.required ?? []).filter((name) => names.includes(name)),
    additionalProperties: false,
  }
  return names.length === 0 ? {} : { requestBody: { required: true, content: content(schema) } }
}

function requestOf({ method, path, input, transport }: Operation): Json {
  const inPath = pathNames(path)
  const hasQuery = method === 'GET' || method === 'HEAD' || method === 'DELETE'
  const schema = input as unknown as ObjectSchema
  const upload = { requestBody: { content: { 'application/offset+octet-stream': {} } } }
  const body =
    transport === 'bytes' ? (method === 'PATCH' ? upload : {}) : hasQuery ? {} : bodyOf(schema, inPath)
  return { parameters: parameters(schema, inPath, hasQuery), ...body }
}

function successOf({ output, transport }: Operation): Json {
  if (transport !== 'bytes') return { '200': { description: 'Done.', content: content(jsonSchema(output)) } }
  return {
    '200': { description: 'The bytes.', content: { 'application/octet-stream': {} } },
    '204': { description: 'Done.' },
    '206': { description: 'A range of the bytes.', content: { 'application/octet-stream': {} } },
  }
}

function errorResponse(codes: readonly ErrorCode[]): Json {
  const error = { $ref: '#/components/schemas/Error' }
  return {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].message}`).join('\n\n'),
    content: content({ allOf: [error], properties: { code: { enum: codes } } }),
  }
}

function failuresOf(operation: Operation): Json {
  const codes = new Set([...operation.errors, ...EVERYWHERE])
  const statuses = new Set([...codes].map((code) => ERRORS[code].status))
  return Object.fromEntries(
    [...statuses].map((status) => [
      String(status),
      errorResponse([...codes].filter((code) => ERRORS[code].status === status)),
    ]),
  )
}

function describe(name: string, operation: Operation): Json {
  const { permission, summary } = operation
  const needsSession = PERMISSIONS[permission].session !== 'nobody'
  return {
    operationId: name,
    summary,
    tags: [name.split('.')[0]],
    'x-permission': permission,
    security: needsSession ? [{ cookie: [] }, { bearer: [] }] : [],
    ...requestOf(operation),
    responses: { ...successOf(operation), ...failuresOf(operation) },
  }
}

function gatewayOnly(name: string, operation: Operation): Json {
  const { permission, summary, input, output, errors } = operation
  const shapes = { input: jsonSchema(input), output: jsonSchema(output) }
  return { operationId: name, summary, 'x-permission': permission, ...shapes, errors }
}

const ErrorSchema = {
  type: 'object',
  description: 'What went wrong: a code, a sentence for a person, and facts that the code promises.',
  properties: {
    code: { type: 'string', enum: Object.keys(ERRORS) },
    message: { type: 'string' },
    detail: { type: 'object', additionalProperties: true },
  },
  required: ['code', 'message'],
}

function paths(operations: readonly [string, Operation][]): Json {
  const byPath: Record<string, Json> = {}
  for (const [name, operation] of operations) {
    const path = operation.path.replaceAll(/:(\w+)/g, '{$1}')
    byPath[path] = { ...byPath[path], [operation.method.toLowerCase()]: describe(name, operation) }
  }
  return byPath
}

export function openApiDocument(): Json {
  const operations = Object.entries(OPERATIONS) as [string, Operation][]
  const isGatewayOnly = ([, { transport }]: [string, Operation]) => transport === 'gateway'
  return {
    openapi: '3.1.0',
    info: { title: 'Reforms Messenger', version: '1', license: { name: 'AGPL-3.0-or-later' } },
    paths: paths(operations.filter((entry) => !isGatewayOnly(entry))),
    'x-gateway': operations.filter(isGatewayOnly).map(([name, operation]) => gatewayOnly(name, operation)),
    components: {
      schemas: { Error: ErrorSchema },
      securitySchemes: {
        cookie: { type: 'apiKey', in: 'cookie', name: 'reforms_session' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
    'x-errors': ERRORS,
  }
}
