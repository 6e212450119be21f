/** The directory, as far as it is known here. */
import { cleanName, type Role, type UserDocuments, type UserId, type UserSummary } from '@reforms/protocol'
import type { Database, SqlRow } from '../../ports.ts'
import { sameBytes } from '../bytes.ts'

export interface PersonRow {
  userId: UserId
  userName: string
  displayName: string
  role: Role
  active: boolean
  identityKey: Uint8Array
  /** Other than identityKey while this user has not looked at the new safety number (DIR-9). */
  knownIdentityKey: Uint8Array
}

function toPerson(row: SqlRow): PersonRow {
  return {
    userId: row['user_id'] as UserId,
    userName: row['user_name'] as string,
    displayName: row['display_name'] as string,
    role: row['role'] as Role,
    active: row['active'] === 1,
    identityKey: row['identity_key'] as Uint8Array,
    knownIdentityKey: row['known_identity_key'] as Uint8Array,
  }
}

export function readPeople(database: Database): PersonRow[] {
  return database.all('SELECT * FROM person ORDER BY display_name, user_id').map(toPerson)
}

export function readPerson(database: Database, userId: UserId): PersonRow | undefined {
  const row = database.all('SELECT * FROM person WHERE user_id = ?', [userId])[0]
  return row ? toPerson(row) : undefined
}

export function nameOfPerson(database: Database, userId: UserId): string {
  return readPerson(database, userId)?.displayName ?? 'somebody'
}

/** Whoever is met for the first time is known by the key that is shown then; a later one is news until it is looked at. */
export function savePerson(database: Database, user: UserSummary): void {
  database.run(
    `INSERT INTO person (user_id, user_name, display_name, role, active, identity_key, known_identity_key)
       VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (user_id) DO UPDATE SET user_name = excluded.user_name, display_name = excluded.display_name,
       role = excluded.role, active = excluded.active, identity_key = excluded.identity_key`,
    [
      user.userId,
      user.userName,
      // The server has checked it, if it is honest (NAME-3).
      cleanName(user.displayName) || user.userName,
      user.role,
      user.active ? 1 : 0,
      user.identityKey,
      user.identityKey,
    ],
  )
}

export function hasNewIdentity({ identityKey, knownIdentityKey }: PersonRow): boolean {
  return !sameBytes(identityKey, knownIdentityKey)
}

export function saveIdentityKnown(database: Database, userId: UserId): void {
  database.run('UPDATE person SET known_identity_key = identity_key WHERE user_id = ?', [userId])
}

export function saveDocuments(database: Database, documents: UserDocuments): void {
  database.run('UPDATE person SET account = ?, devices = ? WHERE user_id = ?', [
    documents.account,
    documents.devices,
    documents.userId,
  ])
}

export function readDocuments(
  database: Database,
  userId: UserId,
): { account: Uint8Array; devices: Uint8Array } | undefined {
  const row = database.all('SELECT account, devices FROM person WHERE user_id = ?', [userId])[0]
  if (!row || row['account'] === null || row['devices'] === null) return undefined
  return { account: row['account'] as Uint8Array, devices: row['devices'] as Uint8Array }
}
