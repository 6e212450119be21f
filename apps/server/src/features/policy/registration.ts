/** Registration: a user, their identity and first device, and a session bound to it, all or nothing (SPEC.md, SES-3). */
import { ProtocolError, type Input, type Role, type Session } from '@reforms/protocol'
import { verifyAccountStatement } from '@reforms/crypto/public'
import type { TransactionSql } from 'postgres'
import type { Call, Handlers, Services } from '../../ports/call.ts'
import { lockNamesForUser } from '../directory/claimed-name.ts'
import { publishFirstIdentity } from '../directory/identity.ts'
import { refusedAs } from '../refusals.ts'
import { inTransaction } from '../transaction.ts'
import { findInvitation, redeemInvitation } from './invitation.ts'
import { checkPasswordStrength } from './password.ts'
import type { PolicyParts } from './parts.ts'
import { openSession, readSession, type OpenedSession } from './session.ts'
import { hasAdministrator, lockAdministrators } from './setup.ts'

type Registration = Input<'user.register'>

const ENTRANCES = ['setup', 'join'] as const

async function demandOpenRegistration({ settings }: Services): Promise<void> {
  const { registration } = await settings()
  if (registration !== 'open') throw new ProtocolError('registration-closed')
}

async function isNameFree({ sql }: Services, userName: string): Promise<boolean> {
  const rows = await sql`
    select from user_account where user_name = ${userName} union all select from team where handle = ${userName}`
  return rows.length === 0
}

const checkInvitation: Handlers['invitation.check'] = async ({ token, userName }, { services }) => {
  const { organisation } = await services.settings()
  const free = userName === undefined ? {} : { nameFree: await isNameFree(services, userName) }
  if (token === undefined) {
    await demandOpenRegistration(services)
    return { purpose: 'join', organisation, role: 'member', ...free }
  }
  const { purpose, role, createdBy, expiresAt } = await findInvitation(services.sql, token, services.clock())
  const [inviter] = await services.sql<{ displayName: string }[]>`
    select display_name as "displayName" from user_account where user_id = ${createdBy}`
  const invitedBy = inviter ? { invitedBy: inviter.displayName } : {}
  return { purpose, organisation, role, expiresAt: expiresAt.getTime(), ...invitedBy, ...free }
}

/** Before anything costly: whether this registration has a chance at all. */
async function checkEntrance({ token }: Registration, services: Services): Promise<void> {
  if (token === undefined) return demandOpenRegistration(services)
  await findInvitation(services.sql, token, services.clock())
}

async function enter(
  transaction: TransactionSql,
  { token }: Registration,
  clock: () => number,
): Promise<{ role: Role; invitation?: string }> {
  if (token === undefined) return { role: 'member' }
  const { purpose, role, invitationId } = await redeemInvitation(transaction, token, ENTRANCES, clock())
  if (purpose === 'setup') {
    await lockAdministrators(transaction)
    if (await hasAdministrator(transaction)) throw new ProtocolError('invitation-invalid')
  }
  return { role, invitation: invitationId }
}

async function insertUser(
  transaction: TransactionSql,
  input: Registration,
  facts: { role: Role; passwordHash: string; identityKey: Uint8Array; now: Date },
): Promise<void> {
  const { userId, userName, displayName } = input
  await lockNamesForUser(transaction)
  const teams = await transaction`select from team where handle = ${userName}`
  if (teams.length > 0) throw new ProtocolError('name-taken')
  const inserted = await transaction`
    insert into user_account (user_id, user_name, display_name, role, password_hash, identity_key, created_at,
      last_seen_at)
    values (${userId}, ${userName}, ${displayName}, ${facts.role}, ${facts.passwordHash}, ${facts.identityKey},
      ${facts.now}, ${facts.now})
    on conflict do nothing returning user_id`
  if (inserted.length > 0) return
  const named = await transaction`select from user_account where user_name = ${userName}`
  throw new ProtocolError(named.length > 0 ? 'name-taken' : 'already-exists')
}

/** How a new session reaches its client: browsers get a cookie, programs the token. */
export function handOver(
  call: Call,
  client: 'browser' | 'program',
  session: Session,
  token: string,
): Session {
  if (client === 'program') return { ...session, token }
  if (!call.setSessionCookie) throw new ProtocolError('unknown-operation')
  call.setSessionCookie(token)
  return session
}

async function register(
  transaction: TransactionSql,
  input: Registration,
  services: Services,
  secrets: { passwordHash: string; identityKey: Uint8Array },
): Promise<OpenedSession> {
  const { userId, deviceId, client } = input
  const { role, invitation } = await enter(transaction, input, services.clock)
  await insertUser(transaction, input, { ...secrets, role, now: new Date(services.clock()) })
  await publishFirstIdentity(transaction, services, input, 'first')
  const opened = await openSession(transaction, services, { userId, deviceId, label: client })
  const detail = { role, userName: input.userName, deviceId, ...(invitation ? { invitation } : {}) }
  await services.audit(transaction, { action: 'user.registered', actor: userId, subject: userId, detail })
  return opened
}

export function registrationHandlers({ passwords }: PolicyParts) {
  const registerUser: Handlers['user.register'] = async (input, call) => {
    const { services } = call
    checkPasswordStrength(input.password, input.userName)
    await checkEntrance(input, services)
    const { identityKey } = await refusedAs('bad-signature', () => verifyAccountStatement(input.account))
    const passwordHash = await passwords.hash(input.password)
    const { sessionId, token } = await inTransaction(services.sql, (transaction) =>
      register(transaction, input, services, { passwordHash, identityKey }),
    )
    services.bus.toEveryone({ type: 'directory', userId: input.userId })
    const session = await readSession(services.sql, services.clock, sessionId)
    return handOver(call, input.client, session, token)
  }
  return { 'user.register': registerUser, 'invitation.check': checkInvitation }
}
