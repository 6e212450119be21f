/** Sign-in by password (SPEC.md, SES-1, SES-8): the same answer, as late, whether or not there is such a user. */
import { ProtocolError, type UserId } from '@reforms/protocol'
import type { Sql } from 'postgres'
import type { AuditNote, Call, Handlers, Services } from '../../ports/call.ts'
import type { PolicyParts } from './parts.ts'
import { handOver } from './registration.ts'
import { openSession, readSession } from './session.ts'
import type { Attempt } from './sign-in-failure.ts'

interface Account {
  readonly userId: UserId
  readonly userName: string
  readonly active: boolean
  readonly passwordHash: string
}

async function findAccount(sql: Sql, userName: string): Promise<Account | undefined> {
  const [account] = await sql<Account[]>`
    select user_id as "userId", user_name as "userName", active, password_hash as "passwordHash"
    from user_account where user_name = ${userName.toLowerCase()}`
  return account
}

async function auditAlone({ sql, audit }: Services, note: AuditNote): Promise<void> {
  await sql.begin((transaction) => audit(transaction, note))
}

/** Names that nobody has are not written down: somebody may have typed a password there. */
async function auditFailure(call: Call, account: Account | undefined, attempt: Attempt): Promise<void> {
  const subject = account ? { subject: account.userId } : {}
  const detail = { address: call.address }
  await auditAlone(call.services, { action: 'sign-in.failed', detail, ...subject })
  if (attempt.locks && account)
    await auditAlone(call.services, { action: 'sign-in.locked', detail, ...subject })
}

/** Throws 'sign-in-failed' or 'rate-limited'. Every place that asks for a password comes here. */
export async function verifyPassword(
  { passwords, failures }: PolicyParts,
  call: Call,
  userName: string,
  password: string,
): Promise<Account> {
  const attempt = await failures.begin(userName, call.address)
  const account = await findAccount(call.services.sql, userName)
  const fits = await passwords.verify(account?.passwordHash, password)
  if (!fits || !account) {
    await auditFailure(call, account, attempt)
    throw new ProtocolError('sign-in-failed')
  }
  await failures.forgive(attempt)
  return account
}

async function rehash(
  { passwords }: PolicyParts,
  sql: Sql,
  account: Account,
  password: string,
): Promise<void> {
  if (!passwords.isStale(account.passwordHash)) return
  await sql`
    update user_account set password_hash = ${await passwords.hash(password)}
    where user_id = ${account.userId} and password_hash = ${account.passwordHash}`
}

export function signInHandlers(parts: PolicyParts) {
  const open: Handlers['session.open'] = async (input, call) => {
    const { services } = call
    const account = await verifyPassword(parts, call, input.userName, input.password)
    if (!account.active) throw new ProtocolError('account-inactive')
    await rehash(parts, services.sql, account, input.password)
    const { userId } = account
    const { sessionId, token, ended } = await services.sql.begin(async (transaction) => {
      const opened = await openSession(transaction, services, { userId, label: input.label ?? input.client })
      const detail = { address: call.address, sessionId: opened.sessionId }
      await services.audit(transaction, { action: 'sign-in', actor: userId, subject: userId, detail })
      return opened
    })
    services.bus.endSessions(ended, 'ended')
    return handOver(call, input.client, await readSession(services.sql, services.clock, sessionId), token)
  }
  return { 'session.open': open }
}
