/** Changing a password, and setting a new one by a link from an administrator (SPEC.md, SES-9). */
import { ProtocolError, type SessionId, type UserId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers, Services } from '../../ports/call.ts'
import { findInvitation, redeemInvitation } from './invitation.ts'
import { callerOf } from '../caller.ts'
import type { PolicyParts } from './parts.ts'
import { checkPasswordStrength } from './password.ts'
import { endSessions } from './session-end.ts'
import { verifyPassword } from './sign-in.ts'

async function userNameOf({ sql }: Services, userId: UserId): Promise<string> {
  const [row] = await sql<{ userName: string }[]>`
    select user_name as "userName" from user_account where user_id = ${userId}`
  if (!row) throw new ProtocolError('not-found')
  return row.userName
}

/** Stores the hash and ends the sessions that the old password opened, all but `except`. */
async function setPassword(
  transaction: TransactionSql,
  userId: UserId,
  passwordHash: string,
  except?: SessionId,
): Promise<SessionId[]> {
  await transaction`update user_account set password_hash = ${passwordHash} where user_id = ${userId}`
  return endSessions(transaction, except === undefined ? { userId } : { userId, except })
}

export function passwordHandlers(parts: PolicyParts) {
  const change: Handlers['password.change'] = async ({ current, next }, call) => {
    const { services } = call
    const { userId, sessionId } = callerOf(call)
    const userName = await userNameOf(services, userId)
    await verifyPassword(parts, call, userName, current)
    checkPasswordStrength(next, userName)
    const passwordHash = await parts.passwords.hash(next)
    const ended = await services.sql.begin(async (transaction) => {
      const ids = await setPassword(transaction, userId, passwordHash, sessionId)
      await services.audit(transaction, { action: 'password.changed', actor: userId, subject: userId })
      return ids
    })
    services.bus.endSessions(ended, 'ended')
    return {}
  }

  const reset: Handlers['password.reset'] = async ({ token, password }, { services }) => {
    const { sql, clock } = services
    const { forUser: userId } = await findInvitation(sql, token, clock())
    if (userId === null) throw new ProtocolError('invitation-invalid')
    const userName = await userNameOf(services, userId)
    checkPasswordStrength(password, userName)
    const passwordHash = await parts.passwords.hash(password)
    const ended = await sql.begin(async (transaction) => {
      await redeemInvitation(transaction, token, ['password-reset'], clock())
      const ids = await setPassword(transaction, userId, passwordHash)
      await services.audit(transaction, { action: 'password.reset', actor: userId, subject: userId })
      return ids
    })
    services.bus.endSessions(ended, 'ended')
    await parts.failures.forgiveAccount(userName)
    return { userName }
  }

  return { 'password.change': change, 'password.reset': reset }
}
