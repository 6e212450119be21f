/** A user's own sessions: reading, binding to a device, ending (SPEC.md, SES-4 to SES-6). */
import { ProtocolError, type DeviceId, type SessionId, type UserId } from '@reforms/protocol'
import { verifySessionSignature } from '@reforms/crypto/public'
import type { TransactionSql } from 'postgres'
import type { Actor, Handlers, Services } from '../../ports/call.ts'
import { callerOf } from '../caller.ts'
import { refusedAs } from '../refusals.ts'
import type { PolicyParts } from './parts.ts'
import { endSessions } from './session-end.ts'
import { demandSession, readSession } from './session.ts'

const CHALLENGE_BYTES = 32

const read =
  ({ sessions }: PolicyParts): Handlers['session.read'] =>
  async (_input, call) =>
    demandSession(await sessions.ask(callerOf(call).sessionId))

async function signatureKeyOf({ sql }: Services, userId: UserId, deviceId: DeviceId): Promise<Uint8Array> {
  const [device] = await sql<{ key: Buffer }[]>`
    select signature_key as key from device
    where device_id = ${deviceId} and user_id = ${userId} and cut_at is null`
  if (!device) throw new ProtocolError('not-found')
  return new Uint8Array(device.key)
}

async function demandSignature(
  services: Services,
  { userId, sessionId }: Actor,
  { deviceId, signature, challenge }: { deviceId: DeviceId; signature: Uint8Array; challenge: Uint8Array },
): Promise<void> {
  const key = await signatureKeyOf(services, userId, deviceId)
  const binding = { deviceId, sessionId, challenge }
  await refusedAs('bad-signature', () => verifySessionSignature(key, binding, signature))
}

/** The challenge is taken once: the next one takes its place. */
async function bindTo(
  transaction: TransactionSql,
  services: Services,
  { userId, sessionId }: Actor,
  { deviceId, challenge }: { deviceId: DeviceId; challenge: Uint8Array },
): Promise<void> {
  const bound = await transaction`
    update session set device_id = ${deviceId}, challenge = ${services.random(CHALLENGE_BYTES)}
    where session_id = ${sessionId} and challenge = ${challenge} and device_id is null
    returning session_id`
  if (bound.length === 0) throw new ProtocolError('bad-signature')
  const detail = { deviceId, sessionId }
  await services.audit(transaction, { action: 'session.bound', actor: userId, subject: userId, detail })
}

const bind: Handlers['session.bind'] = async ({ deviceId, signature }, call) => {
  const { services } = call
  const caller = callerOf(call)
  const { challenge, deviceId: bound } = await readSession(services.sql, services.clock, caller.sessionId)
  if (bound !== undefined && bound !== deviceId) throw new ProtocolError('forbidden')
  // The answer to an earlier, successful call may have been lost.
  if (bound === undefined) {
    await demandSignature(services, caller, { deviceId, signature, challenge })
    await services.sql.begin((transaction) => bindTo(transaction, services, caller, { deviceId, challenge }))
  }
  return readSession(services.sql, services.clock, caller.sessionId)
}

/** Ends sessions of the caller, with their audit record, then their sockets. */
async function endOwn(
  services: Services,
  { userId, sessionId }: Actor,
  scope: 'this' | 'others',
): Promise<number> {
  const ended = await services.sql.begin(async (transaction) => {
    const ids = await endSessions(
      transaction,
      scope === 'this' ? { sessionId } : { userId, except: sessionId },
    )
    const detail = { sessions: ids.length, scope }
    await services.audit(transaction, { action: 'sign-out', actor: userId, subject: userId, detail })
    return ids
  })
  services.bus.endSessions(ended, 'ended')
  return ended.length
}

const close: Handlers['session.close'] = async (_input, call) => {
  await endOwn(call.services, callerOf(call), 'this')
  call.setSessionCookie?.(undefined)
  return {}
}

const closeOthers: Handlers['session.closeOthers'] = async (_input, call) => ({
  closed: await endOwn(call.services, callerOf(call), 'others'),
})

interface ListedRow {
  readonly sessionId: SessionId
  readonly deviceId: DeviceId | null
  readonly label: string
  readonly createdAt: Date
  readonly usedAt: Date
}

const list: Handlers['session.list'] = async (_input, call) => {
  const { userId, sessionId } = callerOf(call)
  const rows = await call.services.sql<ListedRow[]>`
    select session_id as "sessionId", device_id as "deviceId", label, created_at as "createdAt", used_at as "usedAt"
    from session where user_id = ${userId} order by used_at desc limit 500`
  const sessions = rows.map(({ deviceId, createdAt, usedAt, ...row }) => ({
    ...row,
    ...(deviceId === null ? {} : { deviceId }),
    createdAt: createdAt.getTime(),
    usedAt: usedAt.getTime(),
    current: row.sessionId === sessionId,
  }))
  return { sessions }
}

export function ownSessionHandlers(parts: PolicyParts) {
  return {
    'session.read': read(parts),
    'session.bind': bind,
    'session.close': close,
    'session.list': list,
    'session.closeOthers': closeOthers,
  } satisfies Partial<Handlers>
}
