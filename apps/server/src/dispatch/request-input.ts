/**
 * An operation's input as HTTP carries it: from the path, the query (read operations and DELETE) and the body. The
 * result is what a gateway frame would have held; it is not yet checked.
 */
import { decodeCbor, ProtocolError } from '@reforms/protocol'
import type { TSchema } from 'typebox'
import { bytesFromJson, fromBase64url } from './json-bytes.ts'

export interface ParsedBody {
  readonly format: 'json' | 'cbor'
  readonly value: unknown
}

interface SchemaNode {
  readonly type?: string
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly items?: TSchema
  readonly 'x-bytes'?: unknown
}

const INTEGER = /^-?\d{1,16}$/

export function parseBody(format: ParsedBody['format'], body: Buffer): ParsedBody {
  if (body.length === 0) return { format, value: {} }
  try {
    return { format, value: format === 'json' ? JSON.parse(body.toString('utf8')) : decodeCbor(body) }
  } catch {
    throw new ProtocolError('invalid-input', {
      path: '',
      problem: `is not well-formed ${format.toUpperCase()}`,
    })
  }
}

/** What does not fit stays text, for validation to refuse. */
function fromText(schema: TSchema, text: unknown): unknown {
  const node = schema as SchemaNode
  const { items } = node
  if (node.type === 'array' && items) {
    return (Array.isArray(text) ? text : [text]).map((item: unknown) => fromText(items, item))
  }
  if (typeof text !== 'string') return text
  if (node['x-bytes'] !== undefined) return fromBase64url(text) ?? text
  if (node.type === 'integer' && INTEGER.test(text)) return Number(text)
  if (node.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

function fromTexts(schema: TSchema, texts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const properties = (schema as SchemaNode).properties ?? {}
  const pairs = Object.entries(texts).map(([name, text]) => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    return [name, property ? fromText(property, text) : text]
  })
  return Object.fromEntries(pairs)
}

/** A query cannot say "an empty list": a list that is not named is empty. */
function emptyLists(schema: TSchema): Record<string, unknown> {
  const { properties = {}, required = [] } = schema as SchemaNode & { required?: string[] }
  const lists = required.filter((name) => (properties[name] as SchemaNode).type === 'array')
  return Object.fromEntries(lists.map((name) => [name, []]))
}

function bodyInput(schema: TSchema, body: ParsedBody | undefined): object {
  if (!body) return {}
  const value = body.format === 'json' ? bytesFromJson(schema, body.value) : body.value
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new ProtocolError('invalid-input', { path: '', problem: 'must be an object' })
}

/** What the path says goes before everything else. */
export function requestInput(
  schema: TSchema,
  method: string,
  parts: { readonly params: unknown; readonly query: unknown; readonly body: ParsedBody | undefined },
): unknown {
  const params = fromTexts(schema, (parts.params ?? {}) as Record<string, unknown>)
  const hasQuery = method === 'GET' || method === 'HEAD' || method === 'DELETE'
  if (!hasQuery) return { ...bodyInput(schema, parts.body), ...params }
  const query = fromTexts(schema, (parts.query ?? {}) as Record<string, unknown>)
  return { ...emptyLists(schema), ...query, ...bodyInput(schema, parts.body), ...params }
}
