/**
 * Sessions (SPEC.md, SES-2 to SES-6): a random token that the client keeps and the server knows by its hash. A session of
 * an inactive user, of a device that was cut, or unused for too long is dead at once.
 */
import {
  uuidV7,
  type DeviceId,
  type Milliseconds,
  type Role,
  type Session,
  type SessionId,
  type UserId,
} from '@reforms/protocol'
import type { Sql, TransactionSql } from 'postgres'
import type { Actor, Services } from '../../ports/call.ts'
import { toHex } from '../stored-bytes.ts'
import { hashToken, newToken } from './token.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** How exactly the last use of a session is known. */
const TOUCH_MS = 60 * 1000
const CHALLENGE_BYTES = 32

/** What one user may have at a time (LIM-4): beyond it those end that were not used for longest. */
const MAX_SESSIONS = 100

export interface OpenedSession {
  readonly sessionId: SessionId
  readonly token: string
  /** To be announced after the commit. */
  readonly ended: readonly SessionId[]
}

export interface SessionSeed {
  readonly userId: UserId
  readonly deviceId?: DeviceId
  readonly label: string
}

export async function openSession(
  transaction: TransactionSql,
  { random, clock }: Services,
  { userId, deviceId, label }: SessionSeed,
): Promise<OpenedSession> {
  const { token, hash } = newToken(random)
  const now = clock()
  const sessionId = uuidV7(now, random(10)) as SessionId
  await transaction`
    insert into session (session_id, user_id, token_hash, device_id, challenge, label, created_at, used_at)
    values (${sessionId}, ${userId}, ${hash}, ${deviceId ?? null}, ${random(CHALLENGE_BYTES)}, ${label},
      ${new Date(now)}, ${new Date(now)})`
  return { sessionId, token, ended: await endLongUnused(transaction, userId) }
}

async function endLongUnused(transaction: TransactionSql, userId: UserId): Promise<SessionId[]> {
  const rows = await transaction<{ sessionId: SessionId }[]>`
    delete from session where session_id in (
      select session_id from session where user_id = ${userId}
      order by used_at desc, session_id desc offset ${MAX_SESSIONS})
    returning session_id as "sessionId"`
  return rows.map(({ sessionId }) => sessionId)
}

interface ActorRow {
  readonly sessionId: SessionId
  readonly userId: UserId
  readonly deviceId: DeviceId | null
  readonly role: Role
  readonly usedAt: Date
}

/** Sessions that live, with their users: the one place that says what makes a session good. */
function living(sql: Sql, usedAfter: Date) {
  return sql`
    session s join user_account u on u.user_id = s.user_id left join device d on d.device_id = s.device_id
    where u.active and s.used_at > ${usedAfter} and (s.device_id is null or d.cut_at is null)`
}

async function usedAfter({ settings, clock }: Services): Promise<Date> {
  const { sessionDays } = await settings()
  return new Date(clock() - sessionDays * DAY_MS)
}

function actorOf(row: ActorRow): Actor {
  const { userId, role, sessionId } = row
  return { userId, role, sessionId, deviceId: row.deviceId ?? undefined }
}

const actorColumns = (sql: Sql) =>
  sql`s.session_id as "sessionId", s.user_id as "userId", s.device_id as "deviceId", u.role, s.used_at as "usedAt"`

/** Who each of these tokens speaks for, in their order; undefined for one that is worth nothing. */
export async function findTokenActors(
  services: Services,
  tokens: readonly string[],
): Promise<(Actor | undefined)[]> {
  const { sql, clock } = services
  const hashes = tokens.map((token) => toHex(hashToken(token)))
  const rows = await sql<(ActorRow & { readonly tokenHash: string })[]>`
    select ${actorColumns(sql)}, encode(s.token_hash, 'hex') as "tokenHash"
    from ${living(sql, await usedAfter(services))}
      and s.token_hash in (select decode(hash, 'hex') from unnest(${hashes}::text[]) as asked (hash))`
  const long = rows.filter(({ usedAt }) => clock() - usedAt.getTime() > TOUCH_MS)
  if (long.length > 0) {
    await touchSessions(
      services,
      long.map(({ sessionId }) => sessionId),
    )
  }
  const found = new Map(rows.map((row) => [row.tokenHash, actorOf(row)]))
  return hashes.map((hash) => found.get(hash))
}

/** Who a token speaks for; undefined when it is worth nothing. */
export async function findActor(services: Services, token: string): Promise<Actor | undefined> {
  return (await findTokenActors(services, [token]))[0]
}

/** Which of these sessions still live, as what; for the gateway, whose sockets outlast requests. */
export async function findActors(
  services: Services,
  sessionIds: readonly SessionId[],
): Promise<ReadonlyMap<SessionId, Actor>> {
  const { sql } = services
  const rows = await sql<ActorRow[]>`
    select ${actorColumns(sql)} from ${living(sql, await usedAfter(services))}
      and s.session_id = any(${[...sessionIds]}::uuid[])`
  return new Map(rows.map((row) => [row.sessionId, actorOf(row)]))
}

/**
 * Whose sessions may be others than they were when a reader looked last, and what it looks from the next time: every transaction that
 * had not ended by now. Of users who are named again nothing has to have changed.
 */
export async function changedUsers(
  { sql }: Services,
  since: string | undefined,
): Promise<{ readonly userIds: readonly UserId[]; readonly next: string }> {
  const [row] = await sql<{ userIds: UserId[]; next: string }[]>`
    with seen as (select pg_snapshot_xmin(pg_current_snapshot()) as next)
    select seen.next::text as next, array(
      select distinct user_id from actor_change where changed_by >= coalesce(${since ?? null}::xid8, seen.next)) as "userIds"
    from seen`
  return row!
}

/** Which of these are no longer what they were: each with the role it has now, undefined where the session has ended. */
export async function changedActors(
  services: Services,
  actors: readonly Actor[],
): Promise<{ readonly sessionId: SessionId; readonly role: Role | undefined }[]> {
  const { sql } = services
  // For thousands of sockets where all are asked for: one text costs much less than a list, of which the driver quotes each item.
  const sessionIds = `{${actors.map(({ sessionId }) => sessionId).join(',')}}`
  const roles = `{${actors.map(({ role }) => role).join(',')}}`
  const rows = await sql<{ sessionId: SessionId; role: Role | null }[]>`
    select asked.session_id as "sessionId", living.role
    from unnest(${sessionIds}::uuid[], ${roles}::text[]) as asked (session_id, role)
    left join lateral (
      select u.role from ${living(sql, await usedAfter(services))} and s.session_id = asked.session_id) as living on true
    where living.role is distinct from asked.role`
  return rows.map(({ sessionId, role }) => ({ sessionId, role: role ?? undefined }))
}

/** Notes that these sessions are in use; those of which it was noted lately are left alone. */
export async function touchSessions(
  { sql, clock }: Services,
  sessionIds: readonly SessionId[],
): Promise<void> {
  const now = clock()
  await sql`
    with touched as (
      update session set used_at = ${new Date(now)}
      where session_id = any(${[...sessionIds]}::uuid[]) and used_at < ${new Date(now - TOUCH_MS)} returning user_id)
    update user_account set last_seen_at = ${new Date(now)} where user_id in (select user_id from touched)`
}

interface SessionRow extends ActorRow {
  readonly userName: string
  readonly displayName: string
  readonly challenge: Buffer
  readonly requestedAt: Date | null
  readonly readyAt: Date | null
}

function resetOf(
  { requestedAt, readyAt }: SessionRow,
  now: Milliseconds,
): Pick<Session, 'resetRequestedAt' | 'resetAt' | 'resetReady'> {
  if (!requestedAt) return {}
  const resetRequestedAt = requestedAt.getTime()
  if (!readyAt) return { resetRequestedAt }
  const resetAt = readyAt.getTime()
  return { resetRequestedAt, resetAt, ...(resetAt <= now ? { resetReady: true } : {}) }
}

/** What `session.read` answers of each of these sessions, in their order; undefined for one that has ended. */
export async function readSessions(
  sql: Sql | TransactionSql,
  clock: () => number,
  sessionIds: readonly SessionId[],
): Promise<(Session | undefined)[]> {
  const rows = await sql<SessionRow[]>`
    select s.session_id as "sessionId", s.user_id as "userId", s.device_id as "deviceId", s.challenge, u.role,
      u.user_name as "userName", u.display_name as "displayName", r.requested_at as "requestedAt", r.ready_at as "readyAt"
    from session s join user_account u on u.user_id = s.user_id left join identity_reset r on r.user_id = s.user_id
    where s.session_id = any(${`{${sessionIds.join(',')}}`}::uuid[])`
  const found = new Map(rows.map((row) => [row.sessionId, sessionOf(row, clock())]))
  return sessionIds.map((sessionId) => found.get(sessionId))
}

/** What `session.read` answers of one session. */
export async function readSession(
  sql: Sql | TransactionSql,
  clock: () => number,
  sessionId: SessionId,
): Promise<Session> {
  return demandSession((await readSessions(sql, clock, [sessionId]))[0])
}

/** Whoever asks had a session a moment ago. */
export function demandSession(session: Session | undefined): Session {
  if (!session) throw new Error('a session ended while it was being read')
  return session
}

function sessionOf(row: SessionRow, now: Milliseconds): Session {
  const { sessionId, userId, userName, displayName, role } = row
  return {
    sessionId,
    userId,
    userName,
    displayName,
    role,
    challenge: new Uint8Array(row.challenge),
    ...(row.deviceId === null ? {} : { deviceId: row.deviceId }),
    ...resetOf(row, now),
    now,
  }
}
