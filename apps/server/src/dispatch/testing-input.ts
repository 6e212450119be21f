/** Inputs that fit an operation's schema, however meaningless. For tests only. */
import { OPERATIONS, type OperationName } from '@reforms/protocol'
import { newId } from '../testing.ts'

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
  readonly items?: SchemaNode
  readonly anyOf?: readonly SchemaNode[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
  readonly 'x-bytes'?: { readonly minLength: number; readonly maxLength: number }
}

/** Something that fits. */
export function example(node: SchemaNode): unknown {
  if (node['x-bytes']) return new Uint8Array(node['x-bytes'].minLength)
  if (node.const !== undefined) return node.const
  if (node.anyOf) return example(node.anyOf[0]!)
  if (node.items) return Array.from({ length: node.minItems ?? 0 }, () => example(node.items!))
  if (node.properties) return exampleObject(node)
  if (node.type === 'integer') return node.minimum ?? 0
  if (node.type === 'boolean') return false
  return exampleText(node)
}

function exampleObject({ properties = {}, required = [] }: SchemaNode): Record<string, unknown> {
  return Object.fromEntries(required.map((name) => [name, example(properties[name]!)]))
}

function exampleText({ pattern = '', minLength = 0 }: SchemaNode): string {
  if (pattern.includes('{12}')) return newId()
  return 'a'.repeat(Math.max(minLength, 2))
}

export function schemaOf(name: OperationName): SchemaNode {
  return OPERATIONS[name].input as unknown as SchemaNode
}

export function exampleInput(name: OperationName): Record<string, unknown> {
  return exampleObject(schemaOf(name))
}
