/** Values of well-formed documents with one place changed, to be encoded again: what mutated bytes seldom reach. For tests only. */
import { decodeCbor } from '@reforms/protocol'
import fc from 'fast-check'

type Path = readonly (string | number)[]

/** Every place in a value, itself included. */
function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [path]
  const names: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  return [
    path,
    ...names.flatMap((name) => placesOf((value as Record<string | number, unknown>)[name], [...path, name])),
  ]
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, name) => (inner as Record<string | number, unknown>)[name], value)
}

/** Undefined takes the place out. */
function replaced(value: unknown, [name, ...rest]: Path, by: unknown): unknown {
  if (name === undefined) return by ?? null
  const inner = replaced((value as Record<string | number, unknown>)[name], rest, by)
  const gone = rest.length === 0 && by === undefined
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => (index !== name ? [item] : gone ? [] : [inner]))
  }
  const others = Object.entries(value as object).filter(([key]) => key !== name)
  return Object.fromEntries(gone ? others : [...others, [name, inner]])
}

const MANY = 20_000
const values = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, 1, -1, 0.5, 2 ** 32, Number.MAX_SAFE_INTEGER, '', 'text', [], {}),
  fc.constantFrom<unknown>(undefined, [[]], { a: 1 }, '\0', '\u202e', 'a'.repeat(100_000)),
  fc.uint8Array({ maxLength: 100 }),
  fc.constantFrom(16, 31, 32, 33, 64, 100_000).map((length) => new Uint8Array(length)),
  fc.constant(0).map(() => Array.from({ length: MANY }, () => 0)),
  fc.constant(0).map(() => Array.from({ length: 500 }).reduce<unknown>((inner) => [inner], 0)),
)

type Change =
  | { readonly kind: 'value'; readonly place: number; readonly by: unknown }
  | { readonly kind: 'swap' | 'double' | 'extra'; readonly place: number; readonly other: number }

export const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('value' as const), place: fc.nat(), by: values }),
  fc.record({
    kind: fc.constantFrom('swap' as const, 'double' as const, 'extra' as const),
    place: fc.nat(),
    other: fc.nat(),
  }),
)

function grown(value: unknown, kind: 'double' | 'extra'): unknown {
  if (Array.isArray(value)) return kind === 'double' ? [...value, ...value] : [...value, 0]
  if (value instanceof Uint8Array) return Uint8Array.from([...value, ...(kind === 'double' ? value : [0])])
  if (typeof value === 'object' && value !== null) return { ...value, [kind]: 0 }
  return [value]
}

/** The value that these bytes are of, changed in one place. */
export function changed(document: Uint8Array, by: Change): unknown {
  const value = decodeCbor(document)
  const places = placesOf(value)
  const path = places[by.place % places.length]!
  if (by.kind === 'value') return replaced(value, path, by.by)
  if (by.kind === 'swap') return replaced(value, path, at(value, places[by.other % places.length]!))
  return replaced(value, path, grown(at(value, path), by.kind))
}
