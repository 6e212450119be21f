/** This device's session as the server describes it, and a reset of the identity under way. SPEC.md, SES-*, ID-8. */
import type { Session } from '@reforms/protocol'
import { noteServerTime } from '../channel/disappearing.ts'
import type { Context } from '../context.ts'
import { saveMe } from './keys.ts'
import { meOf } from './registering.ts'

/** Notes a session that is bound to this device. */
export function noteSession(context: Context, session: Session): void {
  const me = meOf(session)
  context.me = me
  context.database.transaction(() => saveMe(context.database, me))
  noteServerTime(context, session.now)
  context.setSession({ state: 'ready', me, deviceId: context.requireKeys().deviceId, ...resetOf(session) })
}

/** One read after the other, so that an earlier answer never stands over a later one. */
export function refreshSession(context: Context): Promise<void> {
  return context.serial.run('session', async () => {
    const session = await context.ports.transport.call('session.read', {}, 'http')
    // This device may have been signed out meanwhile.
    if (context.session.state !== 'ready' || session.deviceId !== context.session.deviceId) return
    noteSession(context, session)
  })
}

function resetOf({ resetRequestedAt: requestedAt, resetAt: at }: Session) {
  if (requestedAt === undefined) return {}
  return { reset: { requestedAt, ...(at === undefined ? {} : { at }) } }
}
