/** Whom somebody is shown: everybody, or, for a guest, those who are or were in a channel of theirs (SPEC.md, GUEST-2). */
import type { UserId } from '@reforms/protocol'
import type { Actor } from '../../ports/call.ts'
import type { Query } from '../transaction.ts'

/** A condition on `user_account.user_id`. */
export function isShownTo(sql: Query, { userId, role }: Pick<Actor, 'userId' | 'role'>) {
  if (role !== 'guest') return sql`true`
  return sql`(user_account.user_id = ${userId} or user_account.user_id in (
    select met.user_id from channel_met met where met.channel_id in (
      select channel_id from live_leaf where user_id = ${userId}
      union select channel_id from channel_waiting where user_id = ${userId} and kind = 'add')))`
}

export async function shownOf(
  sql: Query,
  actor: Pick<Actor, 'userId' | 'role'>,
  userIds: readonly UserId[],
): Promise<ReadonlySet<UserId>> {
  if (actor.role !== 'guest') return new Set(userIds)
  const rows = await sql<{ userId: UserId }[]>`
    select user_id as "userId" from user_account
    where user_id = any(${[...userIds]}::uuid[]) and ${isShownTo(sql, actor)}`
  return new Set(rows.map(({ userId: shown }) => shown))
}
