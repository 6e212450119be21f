/**
 * What a member may do only so often, since others bear its cost (SPEC.md, LIM-5): kept in the database, so that it holds for
 * all server processes and over restarts. Used up in the transaction of what it is used for: what is refused costs nothing.
 */
import { ProtocolError } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Services } from '../ports/call.ts'

export const HOUR_MS = 3_600_000

export interface Allowance {
  /** What is allowed, of what, and for whom: unique. */
  readonly key: string
  /** So much at once... */
  readonly most: number
  /** ...and all of it again after this time. */
  readonly refillMs: number
}

async function readUsed(
  transaction: TransactionSql,
  { key, most, refillMs }: Allowance,
  now: number,
): Promise<number> {
  const [row] = await transaction<{ used: number; at: number }[]>`
    select used, at::float8 as at from allowance where key = ${key} for update`
  return row ? Math.max(0, row.used - (Math.max(0, now - row.at) * most) / refillMs) : 0
}

/** In how many milliseconds `amount` may be used; 0: now. */
export async function waitForAllowance(
  transaction: TransactionSql,
  { clock }: Services,
  allowance: Allowance,
  amount: number,
): Promise<number> {
  const over = (await readUsed(transaction, allowance, clock())) + amount - allowance.most
  return over <= 0 ? 0 : Math.ceil((over * allowance.refillMs) / allowance.most)
}

/** Notes a use, also one that is beyond the most: whoever must not do so asks before. */
export async function noteUse(
  transaction: TransactionSql,
  { clock }: Services,
  allowance: Allowance,
  amount: number,
): Promise<void> {
  const now = clock()
  const { key, most, refillMs } = allowance
  const used = (await readUsed(transaction, allowance, now)) + amount
  const fullAt = now + Math.ceil((used * refillMs) / most)
  await transaction`
    insert into allowance (key, used, at, full_at) values (${key}, ${used}, ${now}, ${fullAt})
    on conflict (key) do update set used = excluded.used, at = excluded.at, full_at = excluded.full_at`
}

/** Uses one up. Throws 'rate-limited' with `retryAfterMs` when there is none. */
export async function spend(
  transaction: TransactionSql,
  services: Services,
  allowance: Allowance,
): Promise<void> {
  const retryAfterMs = await waitForAllowance(transaction, services, allowance, 1)
  if (retryAfterMs > 0) throw new ProtocolError('rate-limited', { retryAfterMs })
  await noteUse(transaction, services, allowance, 1)
}

/** Every hour. */
export async function forgetAllowances({ sql, clock }: Services): Promise<void> {
  await sql`delete from allowance where full_at <= ${clock()}`
}
