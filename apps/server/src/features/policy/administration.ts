/** What administrators do to people: roles, deactivation, signing out, password links (SPEC.md, ADM-1). */
import {
  ProtocolError,
  type ChannelId,
  type Input,
  type ManagedUser,
  type SessionId,
  type UserId,
} from '@reforms/protocol'
import type { Sql, TransactionSql } from 'postgres'
import type { Handlers, Services } from '../../ports/call.ts'
import { announceRemoval } from '../channel/announcement.ts'
import { cutUser } from '../channel/removal.ts'
import { inTransaction } from '../transaction.ts'
import { auditWriter } from './audit.ts'
import { approveReset } from './identity-reset.ts'
import { createInvitation } from './invitation.ts'
import { resetUrl } from './link.ts'
import { listManagedUsers, readManagedUser } from './managed-user.ts'
import { callerOf } from '../caller.ts'
import type { PolicyParts } from './parts.ts'
import { endSessions } from './session-end.ts'
import { lockAdministrators } from './setup.ts'

const DAY_MS = 24 * 60 * 60 * 1000

const listUsers: Handlers['admin.listUsers'] = (input, { services }) => listManagedUsers(services.sql, input)

interface Change {
  readonly before: ManagedUser
  readonly role: ManagedUser['role']
  readonly active: boolean
}

function changeOf(before: ManagedUser, { role, active }: Input<'admin.updateUser'>): Change {
  return { before, role: role ?? before.role, active: active ?? before.active }
}

/** Throws 'last-administrator' when nobody could run this server any more. */
async function demandAdministratorStays(
  transaction: TransactionSql,
  { before, role, active }: Change,
): Promise<void> {
  if (role === 'administrator' && active) return
  const others = await transaction`
    select from user_account where role = 'administrator' and active and user_id <> ${before.userId} limit 1`
  if (before.role === 'administrator' && before.active && others.length === 0) {
    throw new ProtocolError('last-administrator')
  }
}

/** What is announced once a change has been committed. */
interface Effects {
  readonly sessionIds: SessionId[]
  readonly channelIds: ChannelId[]
}

async function deactivate(transaction: TransactionSql, userId: UserId): Promise<Effects> {
  return {
    channelIds: await cutUser(transaction, userId),
    sessionIds: await endSessions(transaction, { userId }),
  }
}

async function applyChange(
  transaction: TransactionSql,
  { audit }: Pick<Services, 'audit'>,
  actor: UserId | undefined,
  input: Input<'admin.updateUser'>,
): Promise<Effects> {
  const none: Effects = { sessionIds: [], channelIds: [] }
  await lockAdministrators(transaction)
  const change = changeOf(await readManagedUser(transaction, input.userId), input)
  const { before, role, active } = change
  if (role === before.role && active === before.active) return none
  await demandAdministratorStays(transaction, change)
  await transaction`update user_account set role = ${role}, active = ${active} where user_id = ${before.userId}`
  const effects = before.active && !active ? await deactivate(transaction, before.userId) : none
  const detail = { before: { role: before.role, active: before.active }, after: { role, active } }
  const by = actor === undefined ? {} : { actor }
  await audit(transaction, { action: 'user.changed', subject: before.userId, detail, ...by })
  return effects
}

/** For the command line, which has no actor. A running server's sockets notice that their sessions have ended. */
export async function changeUser(
  sql: Sql,
  clock: () => number,
  change: Input<'admin.updateUser'>,
): Promise<void> {
  const audit = auditWriter(clock)
  await sql.begin((transaction) => applyChange(transaction, { audit }, undefined, change))
}

const updateUser: Handlers['admin.updateUser'] = async (input, call) => {
  const { services } = call
  const actor = callerOf(call).userId
  const { sessionIds, channelIds } = await inTransaction(services.sql, (transaction) =>
    applyChange(transaction, services, actor, input),
  )
  services.bus.endSessions(sessionIds, 'inactive')
  announceRemoval(services.bus, channelIds, [input.userId])
  services.bus.toEveryone({ type: 'directory', userId: input.userId })
  return { user: await readManagedUser(services.sql, input.userId) }
}

const signOutUser: Handlers['admin.signOutUser'] = async ({ userId }, call) => {
  const { services } = call
  const actor = callerOf(call).userId
  const ended = await services.sql.begin(async (transaction) => {
    await readManagedUser(transaction, userId)
    const ids = await endSessions(transaction, { userId })
    const detail = { sessions: ids.length }
    await services.audit(transaction, { action: 'user.signed-out', actor, subject: userId, detail })
    return ids
  })
  services.bus.endSessions(ended, 'ended')
  return { closed: ended.length }
}

export interface PasswordLink {
  readonly token: string
  readonly expiresAt: number
}

/** A link's token, good once and for a day; earlier ones for this user are worthless from then on. Also for the
 *  command line, which has no actor. The address is resetUrl(publicUrl, token). Throws 'not-found'. */
export async function createPasswordLink(
  sql: Sql,
  clock: () => number,
  random: (length: number) => Uint8Array,
  { userId, actor }: { userId: UserId; actor?: UserId },
): Promise<PasswordLink> {
  return sql.begin(async (transaction) => {
    const { role } = await readManagedUser(transaction, userId)
    await transaction`update invitation set revoked = true where for_user = ${userId} and not revoked`
    const seed = {
      purpose: 'password-reset',
      role,
      note: '',
      createdBy: actor,
      forUser: userId,
      uses: 1,
    } as const
    const made = await createInvitation(transaction, clock, random, { ...seed, lifetimeMs: DAY_MS })
    const by = actor === undefined ? {} : { actor }
    await auditWriter(clock)(transaction, { action: 'password-link.created', subject: userId, ...by })
    return { token: made.token, expiresAt: made.invitation.expiresAt }
  })
}

const resetPassword: Handlers['admin.resetPassword'] = async ({ userId }, call) => {
  const { sql, clock, random, publicUrl } = call.services
  const actor = callerOf(call).userId
  const { token, expiresAt } = await createPasswordLink(sql, clock, random, { userId, actor })
  return { url: resetUrl(publicUrl, token), expiresAt }
}

export function administrationHandlers(parts: PolicyParts) {
  return {
    'admin.listUsers': listUsers,
    'admin.updateUser': updateUser,
    'admin.signOutUser': signOutUser,
    'admin.resetPassword': resetPassword,
    'admin.approveReset': approveReset(parts),
  } satisfies Partial<Handlers>
}
