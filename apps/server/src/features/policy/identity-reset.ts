/**
 * A new identity for somebody who lost the phrase (SPEC.md, ID-8): asked for, agreed to by an administrator, announced
 * for 72 hours in which any device that is in can stop it, then carried out. The result is a new person under the same name.
 */
import { ProtocolError, type Input, type SessionId, type UserId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Actor, Handlers, Services } from '../../ports/call.ts'
import { announceCut, type Cut } from '../directory/device.ts'
import { publishFirstIdentity } from '../directory/identity.ts'
import { callerOf } from '../caller.ts'
import type { PolicyParts } from './parts.ts'
import { inTransaction } from '../transaction.ts'
import { endSessions } from './session-end.ts'
import { readSession } from './session.ts'

/** A user's devices and the administrators' lists read again what is under way. */
function announce({ bus }: Services, userId: UserId): void {
  bus.toEveryone({ type: 'directory', userId })
}

const request: Handlers['identity.requestReset'] = async (_input, call) => {
  const { services } = call
  const { userId } = callerOf(call)
  await services.sql.begin(async (transaction) => {
    const begun = await transaction`
      insert into identity_reset (user_id, requested_at) values (${userId}, ${new Date(services.clock())})
      on conflict do nothing returning user_id`
    if (begun.length === 0) return
    await services.audit(transaction, { action: 'identity-reset.requested', actor: userId, subject: userId })
  })
  announce(services, userId)
  return {}
}

const cancel: Handlers['identity.cancelReset'] = async (_input, call) => {
  const { services } = call
  const { userId, deviceId } = callerOf(call)
  await services.sql.begin(async (transaction) => {
    const stopped = await transaction`delete from identity_reset where user_id = ${userId} returning user_id`
    if (stopped.length === 0) throw new ProtocolError('not-found')
    const detail = { deviceId }
    await services.audit(transaction, {
      action: 'identity-reset.cancelled',
      actor: userId,
      subject: userId,
      detail,
    })
  })
  announce(services, userId)
  return {}
}

/** Agreeing twice does not prolong the notice. */
export function approveReset({ resetNoticeMs }: PolicyParts): Handlers['admin.approveReset'] {
  return async ({ userId }, call) => {
    const { services } = call
    const actor = callerOf(call).userId
    const proposed = new Date(services.clock() + resetNoticeMs)
    const resetAt = await services.sql.begin(async (transaction) => {
      const [row] = await transaction<{ readyAt: Date }[]>`
        update identity_reset set approved_by = coalesce(approved_by, ${actor}),
          ready_at = coalesce(ready_at, ${proposed})
        where user_id = ${userId} returning ready_at as "readyAt"`
      if (!row) throw new ProtocolError('not-found')
      const readyAt = row.readyAt.getTime()
      const detail = { readyAt }
      await services.audit(transaction, { action: 'identity-reset.approved', actor, subject: userId, detail })
      return readyAt
    })
    announce(services, userId)
    return { resetAt }
  }
}

async function takeReadyReset(transaction: TransactionSql, userId: UserId, now: number): Promise<void> {
  const taken = await transaction`
    delete from identity_reset where user_id = ${userId} and ready_at <= ${new Date(now)} returning user_id`
  if (taken.length > 0) return
  const [row] = await transaction<{ readyAt: Date | null }[]>`
    select ready_at as "readyAt" from identity_reset where user_id = ${userId}`
  const detail = row?.readyAt ? { resetAt: row.readyAt.getTime() } : {}
  throw new ProtocolError('waiting-period', detail)
}

interface Replaced {
  readonly cuts: Cut[]
  readonly ended: SessionId[]
}

async function replaceIdentity(
  transaction: TransactionSql,
  services: Services,
  { userId, sessionId }: Actor,
  input: Input<'identity.reset'>,
): Promise<Replaced> {
  await takeReadyReset(transaction, userId, services.clock())
  // All earlier devices are cut off, with their sessions: this one stays.
  await transaction`update session set device_id = null where session_id = ${sessionId}`
  const cuts = await publishFirstIdentity(transaction, services, { ...input, userId }, 'replace')
  const ended = await endSessions(transaction, { userId, except: sessionId })
  await transaction`update session set device_id = ${input.deviceId} where session_id = ${sessionId}`
  const detail = { deviceId: input.deviceId }
  await services.audit(transaction, { action: 'identity-reset.done', actor: userId, subject: userId, detail })
  return { cuts, ended }
}

const reset: Handlers['identity.reset'] = async (input, call) => {
  const { services } = call
  const caller = callerOf(call)
  const { cuts, ended } = await inTransaction(services.sql, (transaction) =>
    replaceIdentity(transaction, services, caller, input),
  )
  announceCut(services, caller.userId, cuts)
  services.bus.endSessions(ended, 'removed')
  announce(services, caller.userId)
  return readSession(services.sql, services.clock, caller.sessionId)
}

export const identityResetHandlers = {
  'identity.requestReset': request,
  'identity.cancelReset': cancel,
  'identity.reset': reset,
} satisfies Partial<Handlers>
