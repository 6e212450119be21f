/** How many bytes an operation's input can have at most, from its schema: what is larger is not even read (LIM-1). */
import { limits } from '@reforms/protocol'
import type { TSchema } from 'typebox'

interface SchemaNode {
  readonly type?: string
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly items?: TSchema
  readonly maxItems?: number
  readonly maxLength?: number
  readonly anyOf?: readonly TSchema[]
  readonly 'x-bytes'?: { readonly maxLength: number }
}

/** The longest JSON spelling of one character is \uXXXX; quotes, commas and some white space come on top. */
const BYTES_PER_CHARACTER = 6
const OVERHEAD_BYTES = 64

function longest(schema: TSchema): number {
  const node = schema as SchemaNode
  if (node['x-bytes']) return Math.ceil((node['x-bytes'].maxLength * 4) / 3) + OVERHEAD_BYTES
  if (node.anyOf) return Math.max(...node.anyOf.map(longest))
  if (node.items) return (node.maxItems ?? Infinity) * longest(node.items) + OVERHEAD_BYTES
  if (node.properties) {
    const sizes = Object.entries(node.properties).map(([name, inner]) => name.length + longest(inner))
    return sizes.reduce((sum, size) => sum + size, OVERHEAD_BYTES)
  }
  return (node.maxLength ?? OVERHEAD_BYTES) * BYTES_PER_CHARACTER + OVERHEAD_BYTES
}

export function inputMaxBytes(schema: TSchema): number {
  return Math.min(longest(schema), limits.REQUEST_MAX_BYTES)
}
