/** What policy forgets in time: failed attempts of long ago, and sessions and links that are worth nothing any more. */
import type { Services } from '../../ports/call.ts'
import { forgetAllowances } from '../allowance.ts'
import type { PolicyParts } from './parts.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** Administrators see for so long that a link was used up or has expired. */
const INVITATION_KEPT_MS = 90 * DAY_MS

async function dropDeadSessions({ sql, clock, settings }: Services): Promise<void> {
  const { sessionDays } = await settings()
  await sql`delete from session where used_at < ${new Date(clock() - sessionDays * DAY_MS)}`
}

/** Readers look every second. */
const CHANGES_KEPT_MS = DAY_MS

/** Every hour. */
export async function keepHouse(services: Services, { failures }: PolicyParts): Promise<void> {
  await failures.prune()
  await dropDeadSessions(services)
  await forgetAllowances(services)
  const { sql, clock } = services
  await sql`delete from actor_change where changed_at < now() - ${CHANGES_KEPT_MS} * interval '1 millisecond'`
  await sql`delete from invitation where expires_at < ${new Date(clock() - INVITATION_KEPT_MS)}`
}
