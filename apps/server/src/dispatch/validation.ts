/**
 * Checks inputs against the operation table, once, at the edge: inside, only checked inputs travel (SPEC.md, OP-3).
 * Each schema is compiled at start. Only the dispatcher calls this.
 */
import { explainRefusal, OPERATIONS, ProtocolError, type Fault, type OperationName } from '@reforms/protocol'
import { Compile, type Validator } from 'typebox/compile'

const names = Object.keys(OPERATIONS) as OperationName[]
const inputs = new Map<OperationName, Validator>(names.map((name) => [name, Compile(OPERATIONS[name].input)]))

const HALF_PAIR = /\p{Surrogate}/u

/** Text that PostgreSQL or UTF-8 cannot hold and numbers that JavaScript cannot count, which no schema keyword refuses. */
function impossible(value: unknown, path: string): Fault | undefined {
  if (typeof value === 'string') {
    if (value.includes('\0')) return { path, problem: 'must not contain the character NUL' }
    return HALF_PAIR.test(value) ? { path, problem: 'must not contain half of a surrogate pair' } : undefined
  }
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? undefined : { path, problem: 'must be a safe integer' }
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return undefined
  for (const [name, inner] of Object.entries(value)) {
    const fault = impossible(inner, `${path}/${name}`)
    if (fault) return fault
  }
  return undefined
}

/** To the validator empty bytes, which only CBOR has, are an object without properties. */
function noObject(value: unknown): Fault | undefined {
  return value instanceof Uint8Array ? { path: '', problem: 'must be object' } : undefined
}

function firstFault(validator: Validator, value: unknown): Fault | undefined {
  if (validator.Check(value)) return undefined
  return explainRefusal(value, (sketched) => validator.Errors(sketched))
}

/** Throws 'invalid-input' with the path and the problem of the first thing wrong. */
export function checkInput(name: OperationName, value: unknown): void {
  const validator = inputs.get(name)
  if (!validator) throw new ProtocolError('unknown-operation')
  const fault = noObject(value) ?? firstFault(validator, value) ?? impossible(value, '')
  if (fault) throw new ProtocolError('invalid-input', { path: fault.path, problem: fault.problem })
}

const outputs = new Map<OperationName, Validator>()

/** The first thing wrong with an answer: for tests, in which a handler that breaks the table has to fail. */
export function outputFault(name: OperationName, value: unknown): Fault | undefined {
  let validator = outputs.get(name)
  if (!validator) {
    validator = Compile(OPERATIONS[name].output)
    outputs.set(name, validator)
  }
  return firstFault(validator, value)
}
