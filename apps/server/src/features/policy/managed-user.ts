/** Users as administrators see them (SPEC.md, ADM-1). */
import { ProtocolError, type ManagedUser, type UserId } from '@reforms/protocol'
import type { Sql, TransactionSql } from 'postgres'

interface ManagedRow extends Omit<ManagedUser, 'createdAt' | 'lastSeenAt' | 'resetRequestedAt' | 'resetAt'> {
  readonly createdAt: Date
  readonly lastSeenAt: Date | null
  readonly resetRequestedAt: Date | null
  readonly resetAt: Date | null
}

const PAGE = 100

const columns = (sql: Sql | TransactionSql) => sql`
  u.user_id as "userId", u.user_name as "userName", u.display_name as "displayName", u.role, u.active,
  u.created_at as "createdAt", u.last_seen_at as "lastSeenAt",
  (select count(*)::int from device d where d.user_id = u.user_id and d.cut_at is null) as "deviceCount",
  (select count(*)::int from session s where s.user_id = u.user_id) as "sessionCount",
  r.requested_at as "resetRequestedAt", r.ready_at as "resetAt"`

function present(row: ManagedRow): ManagedUser {
  const { createdAt, lastSeenAt, resetRequestedAt, resetAt, ...user } = row
  return {
    ...user,
    createdAt: createdAt.getTime(),
    ...(lastSeenAt ? { lastSeenAt: lastSeenAt.getTime() } : {}),
    ...(resetRequestedAt ? { resetRequestedAt: resetRequestedAt.getTime() } : {}),
    ...(resetAt ? { resetAt: resetAt.getTime() } : {}),
  }
}

/** Throws 'not-found'. */
export async function readManagedUser(sql: Sql | TransactionSql, userId: UserId): Promise<ManagedUser> {
  const [row] = await sql<ManagedRow[]>`
    select ${columns(sql)} from user_account u left join identity_reset r using (user_id)
    where u.user_id = ${userId}`
  if (!row) throw new ProtocolError('not-found')
  return present(row)
}

export interface UserPage {
  readonly search?: string | undefined
  readonly after?: UserId | undefined
  readonly limit?: number | undefined
}

/** By user name, a page at a time. */
export async function listManagedUsers(
  sql: Sql,
  { search = '', after, limit = PAGE }: UserPage,
): Promise<{ users: ManagedUser[]; more: boolean }> {
  const sought = search.toLowerCase()
  const rows = await sql<ManagedRow[]>`
    select ${columns(sql)} from user_account u left join identity_reset r using (user_id)
    where (position(${sought} in u.user_name) > 0 or position(${sought} in lower(u.display_name)) > 0)
      and u.user_name > coalesce((select a.user_name from user_account a where a.user_id = ${after ?? null}), '')
    order by u.user_name limit ${limit + 1}`
  return { users: rows.slice(0, limit).map(present), more: rows.length > limit }
}
