/** The directory of users: names, roles, identity keys and signed documents, plain to every user but guests (SPEC.md, DIR-*, GUEST-2). */
import type { UserSummary } from '@reforms/protocol'
import type { Handlers } from '../../ports/call.ts'
import { limitOf } from '../../ports/limits.ts'
import { HOUR_MS, spend } from '../allowance.ts'
import { callerOf } from '../caller.ts'
import { plainBytes } from '../stored-bytes.ts'
import { inTransaction, type Query } from '../transaction.ts'
import { readDocuments } from './documents.ts'
import { isShownTo } from './shown.ts'

const PAGE = 200

interface UserRow extends Omit<UserSummary, 'identityKey' | 'createdAt'> {
  readonly identityKey: Buffer
  readonly createdAt: Date
}

function summaryOf({ identityKey, createdAt, ...row }: UserRow): UserSummary {
  return { ...row, identityKey: plainBytes(identityKey), createdAt: createdAt.getTime() }
}

function columns(sql: Query) {
  return sql`user_id as "userId", user_name as "userName", display_name as "displayName", role, active,
    identity_key as "identityKey", created_at as "createdAt"`
}

/** For `like`: what the user typed stands for itself. */
export function pattern(search: string): string {
  return `%${search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`
}

const list: Handlers['directory.list'] = async ({ search = '', after, limit = PAGE }, call) => {
  const { sql } = call.services
  const like = pattern(search)
  const rows = await sql<UserRow[]>`
    select ${columns(sql)} from user_account
    where (lower(display_name) like ${like} or user_name like ${like})
      and ${isShownTo(sql, callerOf(call))}
      and (${after ?? null}::uuid is null or (lower(display_name), user_id) >
        (select lower(display_name), user_id from user_account
          where user_id = ${after ?? null} and ${isShownTo(sql, callerOf(call))}))
    order by lower(display_name), user_id limit ${limit + 1}`
  return { users: rows.slice(0, limit).map(summaryOf), more: rows.length > limit }
}

const read: Handlers['directory.read'] = async ({ userIds }, call) => {
  const { sql } = call.services
  const rows = await sql<UserRow[]>`
    select ${columns(sql)} from user_account
    where user_id = any(${userIds}::uuid[]) and ${isShownTo(sql, callerOf(call))}`
  const users = rows.map(summaryOf)
  const documents = await readDocuments(
    sql,
    users.map(({ userId }) => userId),
  )
  return { users, documents }
}

const updateProfile: Handlers['profile.update'] = async ({ displayName }, call) => {
  const { services } = call
  const { userId } = callerOf(call)
  const most = limitOf(services, 'nameChangesPerHour')
  await inTransaction(services.sql, async (transaction) => {
    await spend(transaction, services, { key: `name/${userId}`, most, refillMs: HOUR_MS })
    await transaction`update user_account set display_name = ${displayName} where user_id = ${userId}`
  })
  services.bus.toEveryone({ type: 'directory', userId })
  return {}
}

export const userHandlers = {
  'directory.list': list,
  'directory.read': read,
  'profile.update': updateProfile,
} satisfies Partial<Handlers>
