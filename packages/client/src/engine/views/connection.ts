/** The connection's state, with what the user has to be told about keys. */
import type { Connection } from '../../engine-api.ts'
import type { Context } from '../context.ts'
import { countWaiting } from '../tables/outbox.ts'
import { readWarnings } from '../tables/warnings.ts'

export function connectionView(context: Context): Connection {
  const warnings = context.keys ? readWarnings(context.database, context.now()) : []
  const connection = { ...context.connection, waiting: countWaiting(context.database) }
  return warnings.length > 0 ? { ...connection, warnings } : connection
}
