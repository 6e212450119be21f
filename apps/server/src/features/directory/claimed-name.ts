/**
 * A user and a team never have one name (SPEC.md, TEAM-2), and no index spans both tables: whoever gives one out takes this lock
 * before they look. Registrations hold it together, since the users' own index keeps them apart.
 */
import type { TransactionSql } from 'postgres'

/** An arbitrary number that means "names of users and teams" to pg_advisory_xact_lock. */
const CLAIMED_NAMES_LOCK = 7_301_948

export async function lockNamesForUser(transaction: TransactionSql): Promise<void> {
  await transaction`select pg_advisory_xact_lock_shared(${CLAIMED_NAMES_LOCK})`
}

export async function lockNamesForTeam(transaction: TransactionSql): Promise<void> {
  await transaction`select pg_advisory_xact_lock(${CLAIMED_NAMES_LOCK})`
}
