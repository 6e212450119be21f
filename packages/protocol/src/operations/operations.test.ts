import type { TSchema } from 'typebox'
import { expect, test } from 'vitest'
import { firstFault } from '../fault.ts'
import { PERMISSIONS } from '../permissions.ts'
import { isOperationName, OPERATIONS } from './index.ts'

interface Fragment {
  type?: string
  additionalProperties?: unknown
  properties?: Record<string, Fragment>
  items?: Fragment
  anyOf?: Fragment[]
  patternProperties?: Record<string, Fragment>
  maxItems?: number
  maxLength?: number
  maximum?: number
  const?: unknown
  'x-bytes'?: { maxLength: number }
}

const operations = Object.entries(OPERATIONS)

/** Every place in a schema at which the input may grow without a cap. */
function uncapped(schema: Fragment, path: string): string[] {
  if (schema['x-bytes'] || schema.const !== undefined) return []
  if (schema.anyOf) return schema.anyOf.flatMap((part) => uncapped(part, path))
  switch (schema.type) {
    case 'object': {
      const open = schema.additionalProperties === false ? [] : [`${path} is open`]
      return [
        ...open,
        ...Object.entries(schema.properties ?? {}).flatMap(([key, part]) => uncapped(part, `${path}/${key}`)),
      ]
    }
    case 'array':
      return [
        ...(schema.maxItems === undefined ? [`${path} has no maxItems`] : []),
        ...uncapped(schema.items ?? {}, `${path}[]`),
      ]
    case 'string':
      return schema.maxLength === undefined ? [`${path} has no maxLength`] : []
    case 'integer':
      return []
    case 'boolean':
      return []
    default:
      return [`${path} has no type`]
  }
}

test('OP-1: no two operations share a method and a path', () => {
  const routes = operations.map(([, { method, path }]) => `${method} ${path.replaceAll(/:\w+/g, ':')}`)
  expect(new Set(routes).size).toBe(routes.length)
})

test('OP-1: only names of the table are operations', () => {
  expect(isOperationName('log.append')).toBe(true)
  for (const name of ['log.Append', 'constructor', '__proto__', '']) expect(isOperationName(name)).toBe(false)
})

test('OP-2: every operation declares a permission of the table', () => {
  for (const [name, { permission }] of operations)
    expect(Object.hasOwn(PERMISSIONS, permission), name).toBe(true)
})

test('OP-3: what stands in an operation’s path is in its input', () => {
  for (const [name, { path, input }] of operations) {
    const properties = (input as unknown as Fragment).properties ?? {}
    for (const [, parameter] of path.matchAll(/:(\w+)/g))
      expect(Object.keys(properties), name).toContain(parameter)
  }
})

test('LIM-1: every part of every input has a cap', () => {
  const open = operations.flatMap(([name, { input }]) => uncapped(input as unknown as Fragment, name))
  expect(open).toEqual([])
})

test('ERR-3: a property that an operation does not know is refused', () => {
  for (const [name, { input }] of operations) {
    const fault = firstFault(input as TSchema, { unknownProperty: 1 })
    expect(fault, name).toBeDefined()
  }
  expect(firstFault(OPERATIONS['settings.read'].input, {})).toBeUndefined()
})

test('PERM-1: what only administrators may do is open to no other role', () => {
  for (const [name, { permission }] of operations) {
    const rule = PERMISSIONS[permission]
    const isAdministrative =
      /^(admin|invitation\.(create|list|revoke)|emoji\.(add|remove)|settings|audit)/.test(name)
    expect('roles' in rule ? rule.roles : undefined, name).toEqual(
      isAdministrative ? ['administrator'] : undefined,
    )
  }
})
