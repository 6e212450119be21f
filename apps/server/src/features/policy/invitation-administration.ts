/** Administrators make, list and revoke invitation links (SPEC.md, ADM-2). */
import { ProtocolError, type Invitation } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers } from '../../ports/call.ts'
import { createInvitation } from './invitation.ts'
import { joinUrl } from './link.ts'
import { callerOf } from '../caller.ts'

const HOUR_MS = 60 * 60 * 1000
/** Links that are good at the same time. */
const MAX_GOOD_INVITATIONS = 500
const LIST_MAX = 1000

async function demandRoom(transaction: TransactionSql, now: number): Promise<void> {
  const [row] = await transaction<{ count: number }[]>`
    select count(*)::int as count from invitation
    where purpose = 'join' and not revoked and uses_left > 0 and expires_at > ${new Date(now)}`
  if (row && row.count >= MAX_GOOD_INVITATIONS) throw new ProtocolError('too-many')
}

const create: Handlers['invitation.create'] = async ({ role, uses, expiresInHours, note }, call) => {
  const { sql, clock, random, audit, publicUrl } = call.services
  const actor = callerOf(call).userId
  return sql.begin(async (transaction) => {
    await demandRoom(transaction, clock())
    const seed = { purpose: 'join', role, note, createdBy: actor, uses } as const
    const lifetimeMs = expiresInHours * HOUR_MS
    const { invitation, token } = await createInvitation(transaction, clock, random, { ...seed, lifetimeMs })
    const { invitationId, expiresAt } = invitation
    const detail = { role, uses, expiresAt, note }
    await audit(transaction, { action: 'invitation.created', actor, subject: invitationId, detail })
    return { invitation, url: joinUrl(publicUrl, token) }
  })
}

type InvitationRow = Omit<Invitation, 'createdBy' | 'createdAt' | 'expiresAt'> & {
  readonly createdBy: Invitation['createdBy'] | null
  readonly createdAt: Date
  readonly expiresAt: Date
}

function present({ createdBy, createdAt, expiresAt, ...row }: InvitationRow): Invitation {
  const times = { createdAt: createdAt.getTime(), expiresAt: expiresAt.getTime() }
  return { ...row, ...times, ...(createdBy === null ? {} : { createdBy }) }
}

const list: Handlers['invitation.list'] = async (_input, { services }) => {
  const rows = await services.sql<InvitationRow[]>`
    select invitation_id as "invitationId", role, note, created_by as "createdBy", created_at as "createdAt",
      expires_at as "expiresAt", uses, uses_left as "usesLeft", revoked
    from invitation where purpose = 'join' order by created_at desc, invitation_id desc limit ${LIST_MAX}`
  return { invitations: rows.map(present) }
}

const revoke: Handlers['invitation.revoke'] = async ({ invitationId }, call) => {
  const { sql, audit } = call.services
  const actor = callerOf(call).userId
  await sql.begin(async (transaction) => {
    const revoked = await transaction`
      update invitation set revoked = true where invitation_id = ${invitationId} and purpose = 'join'
      returning invitation_id`
    if (revoked.length === 0) throw new ProtocolError('not-found')
    await audit(transaction, { action: 'invitation.revoked', actor, subject: invitationId })
  })
  return {}
}

export const invitationHandlers = {
  'invitation.create': create,
  'invitation.list': list,
  'invitation.revoke': revoke,
} satisfies Partial<Handlers>
