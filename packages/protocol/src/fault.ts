/**
 * What is wrong with a value, in words, at a cost that the value cannot raise (ENC-6): to find all that is wrong with a megabyte
 * of unknown properties takes seconds, in which a server answers nobody. For whoever refuses what does not fit a schema.
 */
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'

export interface Fault {
  readonly path: string
  readonly problem: string
}

interface Finding {
  readonly instancePath: string
  readonly message: string
}

/** Properties and items that are looked at; what is wrong with a larger value is not said more exactly. */
const EXPLAINED_PLACES = 1000
const UNSAID: Fault = { path: '', problem: 'does not fit the schema' }

/** As long as these bytes, and nothing to walk through where an object was expected. */
function lengthOf(bytes: Uint8Array): Uint8Array {
  return Object.defineProperty(new Uint8Array(0), 'length', { value: bytes.length })
}

interface Budget {
  places: number
}

function spend(budget: Budget, places: number): void {
  budget.places -= places
  if (budget.places < 0) throw new RangeError('too many places')
}

/** A copy that is cheap to look at; throws RangeError where there are too many places. */
function sketch(value: unknown, budget: Budget): unknown {
  if (value instanceof Uint8Array) return lengthOf(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    spend(budget, value.length + 1)
    return value.map((item) => sketch(item, budget))
  }
  const properties = Object.entries(value)
  spend(budget, properties.length + 1)
  return Object.fromEntries(properties.map(([name, inner]) => [name, sketch(inner, budget)]))
}

function sketchOf(value: unknown): { readonly value: unknown } | undefined {
  try {
    return { value: sketch(value, { places: EXPLAINED_PLACES }) }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The first thing wrong with a value that was refused, where `findingsOf` finds all that is wrong with one. */
export function explainRefusal(refused: unknown, findingsOf: (value: unknown) => readonly Finding[]): Fault {
  const cheap = sketchOf(refused)
  if (!cheap) return UNSAID
  const findings = findingsOf(cheap.value)
  // An unknown property is reported twice, at first in words that help nobody.
  const finding = findings.find(({ message }) => message !== 'schema is false') ?? findings[0]
  return finding ? { path: finding.instancePath, problem: finding.message } : UNSAID
}

/** The first thing wrong with a value; undefined when it fits the schema. */
export function firstFault(schema: TSchema, value: unknown): Fault | undefined {
  if (Value.Check(schema, value)) return undefined
  return explainRefusal(value, (sketched) => Value.Errors(schema, sketched))
}
