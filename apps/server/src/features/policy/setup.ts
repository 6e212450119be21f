/** Setting a server up: the one-time link that makes the first administrator (SPEC.md, ADM-3). For main and the command line. */
import { ProtocolError } from '@reforms/protocol'
import type { Sql, TransactionSql } from 'postgres'
import { auditWriter } from './audit.ts'
import { createInvitation } from './invitation.ts'

const SETUP_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000

/** An arbitrary number that means "who is an administrator" to pg_advisory_xact_lock. */
const ADMINISTRATORS_LOCK = 7_301_947

/** Whoever counts administrators and then acts on it holds this lock until the commit. */
export async function lockAdministrators(transaction: TransactionSql): Promise<void> {
  await transaction`select pg_advisory_xact_lock(${ADMINISTRATORS_LOCK})`
}

export async function hasAdministrator(sql: Sql | TransactionSql): Promise<boolean> {
  const [row] = await sql<{ found: boolean }[]>`
    select exists (select from user_account where role = 'administrator' and active) as found`
  return row?.found ?? false
}

/** A new link's token; earlier setup links are worthless from then on. Throws 'already-exists' when there is an
 *  administrator. The address is joinUrl(publicUrl, token). */
export async function createSetupLink(
  sql: Sql,
  clock: () => number,
  random: (length: number) => Uint8Array,
): Promise<{ token: string; expiresAt: number }> {
  return sql.begin(async (transaction) => {
    await lockAdministrators(transaction)
    if (await hasAdministrator(transaction)) {
      throw new ProtocolError('already-exists', {}, 'This server has an administrator already.')
    }
    await transaction`update invitation set revoked = true where purpose = 'setup' and not revoked`
    const seed = { purpose: 'setup', role: 'administrator', note: '', createdBy: undefined, uses: 1 } as const
    const lifetimeMs = SETUP_LIFETIME_MS
    const { token, invitation } = await createInvitation(transaction, clock, random, { ...seed, lifetimeMs })
    await auditWriter(clock)(transaction, { action: 'setup-link.created', subject: invitation.invitationId })
    return { token, expiresAt: invitation.expiresAt }
  })
}
