/**
 * Whether a value fits a schema of this protocol, written again from SPEC.md, apart from the validator that the server
 * uses: a slip there shows as a difference here. Knows values as CBOR, JSON and query texts carry them. For tests only.
 */
import { cleanLines, cleanName } from './name.ts'

export interface SchemaNode {
  readonly type?: string
  readonly const?: unknown
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  /** A list of schemas for a tuple. */
  readonly items?: SchemaNode | readonly SchemaNode[]
  readonly anyOf?: readonly SchemaNode[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
  readonly 'x-text'?: 'name' | 'lines'
  readonly 'x-bytes'?: { readonly minLength: number; readonly maxLength: number }
}

/** How a value travelled: in CBOR and JSON as itself, bytes apart; in a path or a query everything is text. */
export type Carrier = 'cbor' | 'json' | 'text'

const BASE64URL = /^[A-Za-z0-9_-]*$/
const INTEGER_TEXT = /^-?\d{1,16}$/

function within(value: number, least = 0, most = Infinity): boolean {
  return value >= least && value <= most
}

function bytesLength(value: unknown, carrier: Carrier): number | undefined {
  if (carrier === 'cbor') return value instanceof Uint8Array ? value.length : undefined
  if (typeof value !== 'string' || !BASE64URL.test(value)) return undefined
  const bytes = Buffer.from(value, 'base64url')
  return bytes.toString('base64url') === value ? bytes.length : undefined
}

/** PostgreSQL holds no NUL, UTF-8 no half of a surrogate pair. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0') && !/\p{Surrogate}/u.test(value)
}

function fitsText(node: SchemaNode, value: unknown): boolean {
  if (!isText(value) || !within([...value].length, node.minLength, node.maxLength)) return false
  const clean = node['x-text'] && { name: cleanName, lines: cleanLines }[node['x-text']]
  if (clean && clean(value) !== value) return false
  return node.pattern === undefined || new RegExp(node.pattern, 'u').test(value)
}

function fitsInteger(
  { minimum = -Infinity, maximum }: SchemaNode,
  value: unknown,
  carrier: Carrier,
): boolean {
  if (carrier === 'text')
    return (
      typeof value === 'string' &&
      INTEGER_TEXT.test(value) &&
      fitsInteger({ minimum, maximum: maximum ?? Infinity }, Number(value), 'json')
    )
  return Number.isSafeInteger(value) && within(value as number, minimum, maximum)
}

function fitsList(node: SchemaNode, value: unknown, carrier: Carrier): boolean {
  const list: unknown = carrier === 'text' && !Array.isArray(value) ? [value] : value
  if (!Array.isArray(list)) return false
  const { items = {} } = node
  if (isTuple(items))
    return list.length === items.length && items.every((item, i) => fits(item, list[i], carrier))
  return within(list.length, node.minItems, node.maxItems) && list.every((item) => fits(items, item, carrier))
}

export function isTuple(items: SchemaNode | readonly SchemaNode[]): items is readonly SchemaNode[] {
  return Array.isArray(items)
}

function fitsObject(node: SchemaNode, value: unknown, carrier: Carrier): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array)
    return false
  const { properties = {}, required = [] } = node
  if (node.patternProperties) return true
  const known = Object.entries(value).every(
    ([name, inner]) => Object.hasOwn(properties, name) && fits(properties[name]!, inner, carrier),
  )
  return known && required.every((name) => Object.hasOwn(value, name))
}

export function fits(node: SchemaNode, value: unknown, carrier: Carrier): boolean {
  const bytes = node['x-bytes']
  if (bytes) {
    const length = bytesLength(value, carrier)
    return length !== undefined && within(length, bytes.minLength, bytes.maxLength)
  }
  if (node.const !== undefined)
    return carrier === 'text' ? String(node.const) === value : node.const === value
  if (node.anyOf) return node.anyOf.some((choice) => fits(choice, value, carrier))
  if (node.type === 'array') return fitsList(node, value, carrier)
  if (node.type === 'object') return fitsObject(node, value, carrier)
  if (node.type === 'integer') return fitsInteger(node, value, carrier)
  if (node.type === 'boolean')
    return carrier === 'text' ? value === 'true' || value === 'false' : typeof value === 'boolean'
  return node.type === 'string' ? fitsText(node, value) : true
}
