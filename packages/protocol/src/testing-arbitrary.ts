/**
 * Values made from a schema by fast-check: such that fit, at the edges above all, and such with one thing wrong. Whether
 * a value fits is for testing-form.ts to say: now and then what was to be wrong is not. For tests only.
 */
import fc from 'fast-check'
import { UUID_PATTERN } from './ids.ts'
import { cleanLines, cleanName } from './name.ts'
import { isText, isTuple, type SchemaNode } from './testing-form.ts'

/** Real values by the name of a property, so that operations get further than to "there is no such thing". */
export type Known = Readonly<Record<string, readonly unknown[]>>

/** Beyond this an edge is tried seldom: it costs more than it finds. */
const LARGE_BYTES = 64 * 1024
const DEPTH = 1000

const PROTOTYPE_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  'then',
]
const STRANGE_TEXTS = [
  ...PROTOTYPE_NAMES,
  '\u202edcba\u202c',
  '\u2066\u2067\u2069',
  'a\u200bb\u200d\ufeff',
  'e\u0301\u0301\u0301',
  '👨‍👩‍👧‍👦',
  '\uffff\u{10ffff}',
  'ﷺ',
  'İıſ',
  "'; drop table channel; --",
  '%_\\',
  '<img src=x onerror=alert(1)>',
  '\r\n\t\u001b[31m\u0085\u2028',
  '../../etc/passwd',
  'NaN',
  '-0',
]
const BROKEN_TEXTS = ['\0', 'a\0b', '\ud800', 'a\udc00b', '\udfff\ud800', '']

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 0
  for (let level = 0; level < depth; level += 1) value = wrap(value)
  return value
}

const anything = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 0.5, 1e300, 2 ** 53, -(2 ** 53), '', '0', 'text', [], {}),
  fc.constantFrom<unknown>([null], [[]], { length: 1 }, { type: 'Buffer', data: [1] }),
  fc.constantFrom(...STRANGE_TEXTS, ...BROKEN_TEXTS),
  fc.uint8Array({ maxLength: 40 }),
  fc.constant(0).map(() => nested(DEPTH, (inner) => [inner])),
  fc.constant(0).map(() => nested(DEPTH, (inner) => ({ a: inner }))),
  fc.constant(0).map(() => Array.from({ length: 20_000 }, () => 0)),
)

function uuid(): fc.Arbitrary<string> {
  const random = fc.uuid()
  return fc.oneof(
    random,
    fc.constant('00000000-0000-0000-0000-000000000000'),
    random.map((id) => `${id.slice(0, -1)}f`),
  )
}

function text(node: SchemaNode): fc.Arbitrary<string> {
  const kind = node['x-text']
  if (!kind) return anyText(node)
  // What is cleaned may be too short, or nothing: then it is what is.
  const clean = kind === 'name' ? cleanName : cleanLines
  return anyText(node).map((value) => clean(value) || 'a'.repeat(node.minLength ?? 0))
}

function anyText({ pattern, minLength = 0, maxLength = 1000 }: SchemaNode): fc.Arbitrary<string> {
  if (pattern === UUID_PATTERN) return uuid()
  const long = Math.max(minLength, Math.min(maxLength, 2000))
  const filled = fc.tuple(
    fc.constantFrom('a', 'é', '😀', '\u202e', '\u0301'),
    fc.constantFrom(minLength, long),
  )
  const any = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(...STRANGE_TEXTS),
    filled.map(([unit, length]) => unit.repeat(length)),
  )
  const allowed = (value: string) => {
    const { length } = [...value]
    return isText(value) && length >= minLength && length <= maxLength
  }
  if (pattern === undefined)
    return any.map((value) => (allowed(value) ? value : 'a'.repeat(Math.max(minLength, 1))))
  // What matches may be too short: then it is said again.
  const matching = fc.stringMatching(new RegExp(pattern), { maxLength: long })
  return matching
    .map((value) => (allowed(value) ? value : value.repeat(minLength).slice(0, maxLength)))
    .filter(allowed)
}

function integer({ minimum = -(2 ** 53) + 1, maximum = 2 ** 53 - 1 }: SchemaNode): fc.Arbitrary<number> {
  const edges = [minimum, minimum + 1, maximum - 1, maximum, 0, 1, 2 ** 31, 2 ** 32]
  const inside = edges.filter((value) => value >= minimum && value <= maximum)
  const small = fc.integer({ min: minimum, max: Math.min(maximum, minimum + 100) })
  return fc.oneof(fc.constantFrom(...inside), small, fc.integer({ min: minimum, max: maximum }))
}

function byteString({ minLength, maxLength }: NonNullable<SchemaNode['x-bytes']>): fc.Arbitrary<Uint8Array> {
  const drawn = fc.uint8Array({ minLength, maxLength: Math.min(maxLength, minLength + 64) })
  const most = fc.constant(maxLength).map((length) => new Uint8Array(length))
  return fc.oneof(
    { arbitrary: drawn, weight: 40 },
    { arbitrary: most, weight: maxLength > LARGE_BYTES ? 1 : 8 },
  )
}

function list(node: SchemaNode, known: Known): fc.Arbitrary<unknown[]> {
  const { items = {}, minItems = 0, maxItems = 1000 } = node
  if (isTuple(items)) return fc.tuple(...items.map((item) => fitting(item, known)))
  const item = fitting(items, known)
  const few = fc.array(item, { minLength: minItems, maxLength: Math.min(maxItems, minItems + 3) })
  const most = item.map((value) => Array.from({ length: maxItems }, () => value))
  return fc.oneof({ arbitrary: few, weight: 12 }, { arbitrary: most, weight: 1 })
}

function flipped(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.nat({ max: Math.max(0, bytes.length - 1) }), fc.integer({ min: 1, max: 255 }))
    .map(([at, mask]) => {
      const changed = Uint8Array.from(bytes)
      changed[at]! ^= mask
      return changed
    })
}

/** A known value of this name, or bytes almost like it; else what fits. */
function property(name: string, node: SchemaNode, known: Known): fc.Arbitrary<unknown> {
  const values = Object.hasOwn(known, name) ? known[name]! : []
  if (values.length === 0) return fitting(node, known)
  const real = fc.constantFrom(...values)
  const near = real.chain((value) => (value instanceof Uint8Array ? flipped(value) : fc.constant(value)))
  return fc.oneof(
    { arbitrary: real, weight: 4 },
    { arbitrary: near, weight: 1 },
    { arbitrary: fitting(node, known), weight: 2 },
  )
}

type Model = Record<string, fc.Arbitrary<unknown>>

function modelOf({ properties = {} }: SchemaNode, known: Known): Model {
  return Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [name, property(name, inner, known)]),
  )
}

function recordOf(model: Model, required: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(model, {
    requiredKeys: required.filter((name) => Object.hasOwn(model, name)),
    noNullPrototype: true,
  })
}

/** A value that the schema allows. */
export function fitting(node: SchemaNode, known: Known = {}): fc.Arbitrary<unknown> {
  const bytes = node['x-bytes']
  if (bytes) return byteString(bytes)
  if (node.const !== undefined) return fc.constant(node.const)
  if (node.anyOf) return fc.oneof(...node.anyOf.map((choice) => fitting(choice, known)))
  if (node.type === 'array') return list(node, known)
  if (node.type === 'object') return recordOf(modelOf(node, known), node.required ?? [])
  if (node.type === 'integer') return integer(node)
  if (node.type === 'boolean') return fc.boolean()
  return node.type === 'string' ? text(node) : anything
}

function tooLong(length: number | undefined): fc.Arbitrary<string> {
  return fc.constantFrom('a', '😀').map((unit) => unit.repeat((length ?? 1000) + 1))
}

/** Just outside of what the schema allows, or of another kind. */
function outside(node: SchemaNode, known: Known): fc.Arbitrary<unknown> {
  const bytes = node['x-bytes']
  if (bytes) {
    const lengths = [bytes.maxLength + 1, Math.max(0, bytes.minLength - 1)]
    return fc.oneof(
      anything,
      fc.constantFrom(...lengths).map((length) => new Uint8Array(length)),
      fc.constantFrom('AA==', 'A', 'A+/_'),
    )
  }
  if (node.type === 'string')
    return fc.oneof(anything, tooLong(node.maxLength), fc.constantFrom(...BROKEN_TEXTS))
  if (node.type === 'integer') {
    const { minimum = 0, maximum = 2 ** 53 - 1 } = node
    return fc.oneof(
      anything,
      fc.constantFrom<unknown>(minimum - 1, maximum + 1, minimum + 0.5, String(minimum), -0.0001),
    )
  }
  if (node.type === 'array' && node.items && !isTuple(node.items)) {
    const { maxItems = 1000 } = node
    const many = fitting(node.items, known).map((item) => Array.from({ length: maxItems + 1 }, () => item))
    return fc.oneof(anything, many)
  }
  return anything
}

function withExtra(value: Record<string, unknown>, name: string, extra: unknown): Record<string, unknown> {
  // Not by assignment, which for "__proto__" would change what the object inherits from.
  return Object.fromEntries([...Object.entries(value), [name, extra]])
}

function brokenObject(node: SchemaNode, known: Known): fc.Arbitrary<unknown> {
  const { properties = {}, required = [] } = node
  const model = modelOf(node, known)
  const whole = recordOf(model, required)
  const names = fc.oneof(
    fc.constantFrom(...PROTOTYPE_NAMES, ...Object.keys(properties)),
    fc.string({ maxLength: 10 }),
  )
  // What is missing is offered by what the object would inherit from.
  const inherited = fc.tuple(whole, fc.constantFrom('', ...required)).map(([value, name]) => {
    const { [name]: moved, ...rest } = value
    return withExtra(rest, '__proto__', { [name]: moved ?? 0 })
  })
  const extra = fc.tuple(whole, names, anything).map(([value, name, more]) => withExtra(value, name, more))
  const wrongInside = Object.entries(properties).map(([name, inner]) =>
    recordOf({ ...model, [name]: breaking(inner, known) }, [...required, name]),
  )
  const missing = required.map((name) => {
    const { [name]: _left, ...rest } = model
    return recordOf(rest, required)
  })
  return fc.oneof(extra, inherited, ...wrongInside, ...missing, outside(node, known))
}

/** A value with one thing wrong, at whatever depth. */
export function breaking(node: SchemaNode, known: Known = {}): fc.Arbitrary<unknown> {
  if (node.anyOf)
    return fc.oneof(outside(node, known), ...node.anyOf.map((choice) => breaking(choice, known)))
  if (node.type === 'object') return brokenObject(node, known)
  if (node.type !== 'array' || !node.items) return outside(node, known)
  const { items } = node
  if (isTuple(items)) {
    const oneWrong = items.map((_, wrong) =>
      fc.tuple(...items.map((item, i) => (i === wrong ? breaking(item, known) : fitting(item, known)))),
    )
    return fc.oneof(outside(node, known), ...oneWrong)
  }
  const oneWrong = fc
    .tuple(list(node, known), breaking(items, known))
    .map(([values, wrong]) => [...values.slice(1), wrong])
  return fc.oneof(outside(node, known), oneWrong)
}
