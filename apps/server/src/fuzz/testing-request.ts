/** Requests over HTTP made at random from an operation's schema, and whether they fit it. For tests only. */
import { decodeCbor, OPERATIONS, type OperationName } from '@reforms/protocol'
import {
  breaking,
  encodeLoosely,
  fits,
  fitting,
  mutateAll,
  mutations,
  type Known,
  type SchemaNode,
} from '@reforms/protocol/testing'
import fc from 'fast-check'
import type { CallerName } from './testing-town.ts'

type Format = 'json' | 'cbor'
type Texts = Record<string, string | string[]>

export interface Request {
  readonly caller: CallerName
  readonly url: string
  readonly format: Format
  readonly body: Buffer | undefined
  /** By SPEC.md alone, whatever the server's validator says. */
  readonly fits: boolean
}

export function schemaOf(name: OperationName): SchemaNode {
  return OPERATIONS[name].input as unknown as SchemaNode
}

/** As many that fit as those that do not: these go far, those are what must be refused. */
export function inputs(name: OperationName, known: Known): fc.Arbitrary<unknown> {
  return fc.oneof(fitting(schemaOf(name), known), breaking(schemaOf(name), known))
}

/** What UTF-8 makes of a text: it has no halves of surrogate pairs. */
function asUtf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8')
}

function toText(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url')
  return asUtf8(typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, 4000)
}

function toTexts(value: unknown): string | string[] {
  return Array.isArray(value) && value.length !== 1
    ? value.slice(0, 200).map(toText)
    : toText(Array.isArray(value) ? value[0] : value)
}

function toJson(value: unknown): Buffer {
  const bytes = (_name: string, inner: unknown) => (inner instanceof Uint8Array ? toText64(inner) : inner)
  return Buffer.from(JSON.stringify(value, bytes))
}

function toText64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}

/** Undefined where the bytes say nothing. */
function read(format: Format, body: Buffer): unknown {
  try {
    return format === 'json' ? JSON.parse(body.toString('utf8')) : decodeCbor(new Uint8Array(body))
  } catch {
    return undefined
  }
}

function listsOf({ properties = {}, required = [] }: SchemaNode): string[] {
  return required.filter((name) => properties[name]?.type === 'array')
}

/** A path's part goes before a body's; a list that a query does not name is empty. */
function textsFit(node: SchemaNode, texts: Texts): boolean {
  const { properties = {} } = node
  return Object.entries(texts).every(
    ([name, text]) => Object.hasOwn(properties, name) && fits(properties[name]!, text, 'text'),
  )
}

function bodyFits(
  node: SchemaNode,
  inPath: readonly string[],
  format: Format,
  body: Buffer | undefined,
): boolean {
  const value = body && body.length > 0 ? read(format, body) : {}
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => !inPath.includes(name)))
  const required = node.required?.filter((name) => !inPath.includes(name)) ?? []
  return fits({ ...node, required }, rest, format)
}

interface Parts {
  readonly path: Texts
  readonly query: Texts
  readonly rest: Record<string, unknown>
}

function partsOf(name: OperationName, input: unknown): Parts {
  const { path, method } = OPERATIONS[name]
  const isObject =
    typeof input === 'object' && input !== null && !Array.isArray(input) && !(input instanceof Uint8Array)
  const all = isObject ? Object.entries(input) : []
  const inPath = (property: string) => path.split('/').includes(`:${property}`)
  const texts = (pairs: [string, unknown][]): Texts =>
    Object.fromEntries(pairs.map(([key, value]) => [asUtf8(key), toTexts(value)]))
  const others = all.filter(([property]) => !inPath(property))
  const asQuery = method === 'GET' || method === 'DELETE' || method === 'HEAD'
  return {
    path: texts(all.filter(([property]) => inPath(property))),
    // An empty list is not said at all.
    query: asQuery ? texts(others.filter(([, value]) => !Array.isArray(value) || value.length > 0)) : {},
    rest: asQuery ? {} : Object.fromEntries(others),
  }
}

function pathOf(name: OperationName, path: Texts): { url: string; complete: boolean } {
  let complete = true
  const url = OPERATIONS[name].path.replaceAll(/:(\w+)/g, (_match, key: string) => {
    const text = path[key]
    if (typeof text === 'string' && text !== '') return encodeURIComponent(text)
    complete = false
    return 'x'
  })
  return { url, complete }
}

function queryOf(query: Texts): string {
  const pairs = new URLSearchParams()
  for (const [name, texts] of Object.entries(query))
    for (const text of [texts].flat()) pairs.append(name, text)
  return pairs.size > 0 ? `?${pairs.toString()}` : ''
}

interface Draw {
  readonly input: unknown
  readonly caller: CallerName
  readonly format: Format
  readonly changes: Parameters<typeof mutateAll>[1]
}

function requestOf(name: OperationName, { input, caller, format, changes }: Draw): Request {
  const node = schemaOf(name)
  const { path, query, rest } = partsOf(name, input)
  const { url, complete } = pathOf(name, path)
  const hasBody = !['GET', 'DELETE', 'HEAD'].includes(OPERATIONS[name].method)
  const plain =
    hasBody && (Object.keys(rest).length > 0 || typeof input !== 'object')
      ? typeof input === 'object'
        ? rest
        : input
      : undefined
  const encoded =
    plain === undefined ? undefined : format === 'json' ? toJson(plain) : Buffer.from(encodeLoosely(plain))
  const body = encoded && Buffer.from(mutateAll(encoded, changes))
  const inPath = Object.keys(path)
  const known = hasBody
    ? bodyFits(node, inPath, format, body)
    : textsFit(node, query) &&
      (node.required ?? []).every(
        (key) => key in path || Object.hasOwn(query, key) || listsOf(node).includes(key),
      )
  return { caller, url: url + queryOf(query), format, body, fits: complete && known && textsFit(node, path) }
}

export function requests(name: OperationName, known: Known): fc.Arbitrary<Request> {
  const draw = fc.record({
    input: inputs(name, known),
    caller: fc.oneof(
      { arbitrary: fc.constant('administrator' as const), weight: 4 },
      { arbitrary: fc.constant('member' as const), weight: 2 },
      { arbitrary: fc.constant('nobody' as const), weight: 1 },
    ),
    format: fc.constantFrom<Format>('json', 'cbor'),
    changes: fc.oneof({ arbitrary: fc.constant([]), weight: 7 }, { arbitrary: mutations, weight: 1 }),
  })
  return draw.map((each) => requestOf(name, each))
}
