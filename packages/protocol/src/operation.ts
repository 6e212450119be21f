/**
 * What an operation is. The table of operations is the protocol: it serves HTTP and the gateway, types the client and
 * generates OpenAPI. SPEC.md, section "Operations" (OP-1 to OP-6).
 */
import type { Static, TSchema } from 'typebox'
import type { ErrorCode } from './errors.ts'
import type { Permission } from './permissions.ts'

export interface Operation<I extends TSchema = TSchema, O extends TSchema = TSchema> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'
  /** Path below the server's root; `:name` takes a property of the input. */
  readonly path: string
  readonly permission: Permission
  readonly summary: string
  readonly input: I
  readonly output: O
  /** Errors besides those that every operation may give (OP-4). */
  readonly errors: readonly ErrorCode[]
  /** `bytes`: the body is a stream of bytes over HTTP, outside the gateway. `gateway`: the gateway only. */
  readonly transport?: 'bytes' | 'gateway'
}

export function operation<I extends TSchema, O extends TSchema>(
  definition: Operation<I, O>,
): Operation<I, O> {
  return definition
}

export type InputOf<T> = T extends Operation<infer I, TSchema> ? Static<I> : never
export type OutputOf<T> = T extends Operation<TSchema, infer O> ? Static<O> : never
