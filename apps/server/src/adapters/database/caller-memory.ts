/**
 * postgres.js 3.4.9 keeps, for every place in the program that asks something, the unread stack of the first query from there, for
 * as long as the process lives: with it the functions that called, and what they hold, such as the password of whoever registered
 * first. Once a stack has been read it is a text and holds nothing. For connection.ts only.
 */
import type { Sql } from 'postgres'

/** Of postgres.js's Query, what its types leave out. */
interface Query {
  /** Written as a template; of any other no stack is kept. */
  readonly tagged: boolean
  readonly args: readonly unknown[]
  /** The stack of the first query from the same place, read. */
  readonly origin: string
  handle(): Promise<unknown>
}

const mended = new WeakSet<object>()

/** Every query reads its stack before it is sent. All connections share one class of queries. */
export function forgetCallers(sql: Sql): void {
  const prototype = Object.getPrototypeOf(sql``) as Query
  if (mended.has(prototype)) return
  mended.add(prototype)
  const { handle } = prototype
  prototype.handle = function (this: Query) {
    readStacks(this, prototype)
    return handle.call(this)
  }
}

/** Parts of a query are queries that are never sent. */
function readStacks(query: Query, prototype: Query): void {
  if (query.tagged) void query.origin
  for (const part of query.args) {
    if (typeof part === 'object' && part !== null && Object.getPrototypeOf(part) === prototype)
      readStacks(part as Query, prototype)
  }
}
