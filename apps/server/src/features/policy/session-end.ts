/**
 * Ending sessions. The caller's transaction deletes them; once it has committed, `bus.endSessions` closes their sockets.
 * Other features may call it (a device that is cut ends its sessions).
 */
import type { DeviceId, SessionId, UserId } from '@reforms/protocol'
import type { Sql, TransactionSql } from 'postgres'

export type WhichSessions =
  | { readonly sessionId: SessionId }
  | { readonly deviceId: DeviceId }
  | { readonly userId: UserId; readonly except?: SessionId }

export async function endSessions(sql: Sql | TransactionSql, which: WhichSessions): Promise<SessionId[]> {
  const rows = await deleted(sql, which)
  return rows.map(({ sessionId }) => sessionId)
}

function deleted(sql: Sql | TransactionSql, which: WhichSessions): Promise<{ sessionId: SessionId }[]> {
  if ('sessionId' in which) {
    return sql`delete from session where session_id = ${which.sessionId} returning session_id as "sessionId"`
  }
  if ('deviceId' in which) {
    return sql`delete from session where device_id = ${which.deviceId} returning session_id as "sessionId"`
  }
  return sql`
    delete from session where user_id = ${which.userId} and session_id is distinct from ${which.except ?? null}
    returning session_id as "sessionId"`
}
