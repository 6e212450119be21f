/**
 * Invitations: links that set up a server, let somebody join or set a password (SPEC.md, ADM-2). The server keeps the
 * hash of the token only. A use is taken by one statement, so that parallel redemptions share what is left.
 */
import {
  ProtocolError,
  uuidV7,
  type Invitation,
  type InvitationId,
  type Milliseconds,
  type Role,
  type UserId,
} from '@reforms/protocol'
import type { Sql, TransactionSql } from 'postgres'
import { hashToken, newToken } from './token.ts'

export type Purpose = 'setup' | 'join' | 'password-reset'

export interface InvitationSeed {
  readonly purpose: Purpose
  readonly role: Role
  readonly note: string
  readonly createdBy: UserId | undefined
  /** Whose password it sets. */
  readonly forUser?: UserId
  readonly uses: number
  readonly lifetimeMs: Milliseconds
}

export interface NewInvitation {
  readonly invitation: Invitation
  readonly token: string
}

type Random = (length: number) => Uint8Array

export async function createInvitation(
  sql: Sql | TransactionSql,
  clock: () => number,
  random: Random,
  seed: InvitationSeed,
): Promise<NewInvitation> {
  const now = clock()
  const { token, hash } = newToken(random)
  const { purpose, role, note, createdBy, uses } = seed
  const invitationId = uuidV7(now, random(10)) as InvitationId
  const expiresAt = now + seed.lifetimeMs
  await sql`
    insert into invitation (invitation_id, purpose, token_hash, role, note, created_by, for_user, created_at,
      expires_at, uses, uses_left)
    values (${invitationId}, ${purpose}, ${hash}, ${role}, ${note}, ${createdBy ?? null}, ${seed.forUser ?? null},
      ${new Date(now)}, ${new Date(expiresAt)}, ${uses}, ${uses})`
  const creator = createdBy === undefined ? {} : { createdBy }
  const facts = { invitationId, role, note, createdAt: now, expiresAt, uses, usesLeft: uses, revoked: false }
  return { token, invitation: { ...facts, ...creator } }
}

export interface GoodInvitation {
  readonly invitationId: InvitationId
  readonly purpose: Purpose
  readonly role: Role
  readonly forUser: UserId | null
  readonly createdBy: UserId | null
  readonly expiresAt: Date
}

const columns = (sql: Sql | TransactionSql) => sql`
  invitation_id as "invitationId", purpose, role, for_user as "forUser", created_by as "createdBy",
  expires_at as "expiresAt"`

const good = (sql: Sql | TransactionSql, token: string, now: Milliseconds) => sql`
  token_hash = ${hashToken(token)} and not revoked and uses_left > 0 and expires_at > ${new Date(now)}`

/** Throws 'invitation-invalid'. Uses nothing up. */
export async function findInvitation(
  sql: Sql | TransactionSql,
  token: string,
  now: Milliseconds,
): Promise<GoodInvitation> {
  const [invitation] = await sql<GoodInvitation[]>`
    select ${columns(sql)} from invitation where ${good(sql, token, now)}`
  if (!invitation) throw new ProtocolError('invitation-invalid')
  return invitation
}

/** Takes one use. Throws 'invitation-invalid' for a link that is not good, or for something else. */
export async function redeemInvitation(
  transaction: TransactionSql,
  token: string,
  purposes: readonly Purpose[],
  now: Milliseconds,
): Promise<GoodInvitation> {
  const [invitation] = await transaction<GoodInvitation[]>`
    update invitation set uses_left = uses_left - 1
    where ${good(transaction, token, now)} and purpose = any(${[...purposes]})
    returning ${columns(transaction)}`
  if (!invitation) throw new ProtocolError('invitation-invalid')
  return invitation
}
