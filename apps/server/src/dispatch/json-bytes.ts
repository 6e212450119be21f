/**
 * Bytes and JSON (SPEC.md, ENC-3): inside the program bytes are Uint8Array; JSON carries them as unpadded base64url.
 * Answers are walked by value, inputs by schema, since only the schema knows which text stands for bytes.
 */
import type { TSchema } from 'typebox'

interface SchemaNode {
  readonly type?: string
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly items?: TSchema
  readonly 'x-bytes'?: unknown
}

const BASE64URL = /^[A-Za-z0-9_-]*$/

/** Undefined for what is not unpadded base64url, or not the one spelling of its bytes. */
export function fromBase64url(text: string): Uint8Array | undefined {
  if (!BASE64URL.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? new Uint8Array(bytes) : undefined
}

/** A copy of a JSON value with bytes where the schema says so. What does not fit stays, for validation to refuse. */
export function bytesFromJson(schema: TSchema, value: unknown): unknown {
  const node = schema as SchemaNode
  if (node['x-bytes'] !== undefined) {
    return typeof value === 'string' ? (fromBase64url(value) ?? value) : value
  }
  if (Array.isArray(value)) {
    const { items } = node
    return items ? value.map((item: unknown) => bytesFromJson(items, item)) : value
  }
  if (node.properties && typeof value === 'object' && value !== null) {
    const { properties } = node
    const pairs = Object.entries(value).map(([name, inner]: [string, unknown]) => {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined
      return [name, property ? bytesFromJson(property, inner) : inner]
    })
    return Object.fromEntries(pairs)
  }
  return value
}

/** For JSON.stringify: bytes as unpadded base64url, absent properties left out. */
export function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url')
  if (Array.isArray(value)) return value.map(toJson)
  if (typeof value !== 'object' || value === null) return value
  const pairs: [string, unknown][] = []
  for (const [name, inner] of Object.entries(value))
    if (inner !== undefined) pairs.push([name, toJson(inner)])
  return Object.fromEntries(pairs)
}
