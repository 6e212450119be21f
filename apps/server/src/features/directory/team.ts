/** Teams: who is called by one handle (SPEC.md, TEAM-*). Whom a message calls, each member's client decides; the server only keeps the lists. */
import { limits, ProtocolError, type Input, type Team, type TeamId, type UserId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Actor, Call, Handlers, Services } from '../../ports/call.ts'
import { limitOf } from '../../ports/limits.ts'
import { HOUR_MS, spend } from '../allowance.ts'
import { callerOf } from '../caller.ts'
import { inTransaction, type Query } from '../transaction.ts'
import { lockNamesForTeam } from './claimed-name.ts'
import { shownOf } from './shown.ts'

/** Calls on everybody in a channel: no team's handle. */
const EVERYBODY = 'channel'

interface TeamRow {
  readonly teamId: TeamId
  readonly handle: string
  readonly name: string
  readonly createdBy: UserId | null
  readonly members: UserId[]
}

async function readTeams(sql: Query): Promise<TeamRow[]> {
  const rows = await sql<TeamRow[]>`
    select team_id as "teamId", handle, name, created_by as "createdBy",
      array(select m.user_id from team_member m where m.team_id = t.team_id order by m.user_id) as members
    from team t order by lower(name), team_id`
  return [...rows]
}

/** A guest is shown teams of whom they meet somebody, and of these teams only whom they meet. */
const list: Handlers['team.list'] = async (_input, call) => {
  const { sql } = call.services
  const actor = callerOf(call)
  const rows = await readTeams(sql)
  const named = rows.flatMap(({ members, createdBy }) => [...members, ...(createdBy ? [createdBy] : [])])
  const shown = await shownOf(sql, actor, named)
  const teams = rows.map(({ createdBy, members, ...team }): Team => ({
    ...team,
    members: members.filter((userId) => shown.has(userId)),
    ...(createdBy && shown.has(createdBy) ? { createdBy } : {}),
  }))
  return { teams: actor.role === 'guest' ? teams.filter(({ members }) => members.length > 0) : teams }
}

/** Throws 'forbidden': who may make teams, the settings say. */
async function demandMaker(call: Call): Promise<Actor> {
  const actor = callerOf(call)
  const { teams } = await call.services.settings()
  if (teams === 'administrators' && actor.role !== 'administrator') throw new ProtocolError('forbidden')
  return actor
}

/** Throws 'rate-limited'. */
async function spendChange(
  transaction: TransactionSql,
  services: Services,
  { userId }: Actor,
): Promise<void> {
  const most = limitOf(services, 'teamChangesPerHour')
  await spend(transaction, services, { key: `team/${userId}`, most, refillMs: HOUR_MS })
}

/** The row stays locked. Throws 'not-found', and 'forbidden' for who neither made it nor administers. */
async function lockTeam(transaction: TransactionSql, teamId: TeamId, actor: Actor): Promise<TeamRow> {
  const [team] = await transaction<TeamRow[]>`
    select team_id as "teamId", handle, name, created_by as "createdBy", array[]::uuid[] as members
    from team where team_id = ${teamId} for update`
  if (!team) throw new ProtocolError('not-found')
  if (actor.role !== 'administrator' && team.createdBy !== actor.userId) throw new ProtocolError('forbidden')
  return team
}

/** People go before teams: a handle is nobody's user name. Throws 'name-taken'. */
async function demandFree(transaction: TransactionSql, handle: string, teamId: TeamId): Promise<void> {
  await lockNamesForTeam(transaction)
  const taken = await transaction`
    select from user_account where user_name = ${handle}
    union all select from team where handle = ${handle} and team_id <> ${teamId}`
  if (taken.length > 0 || handle === EVERYBODY) throw new ProtocolError('name-taken')
}

/** Throws 'not-found' where somebody is not here. */
async function setMembers(transaction: TransactionSql, teamId: TeamId, members: readonly UserId[]) {
  const userIds = [...new Set(members)]
  const known = await transaction`select from user_account where user_id = any(${userIds}::uuid[])`
  if (known.length < userIds.length) throw new ProtocolError('not-found')
  await transaction`delete from team_member where team_id = ${teamId} and user_id <> all(${userIds}::uuid[])`
  await transaction`
    insert into team_member (team_id, user_id) select ${teamId}::uuid, unnest(${userIds}::uuid[])
    on conflict do nothing`
}

async function insertTeam(
  transaction: TransactionSql,
  { teamId, handle, name, members }: Input<'team.create'>,
  { userId }: Actor,
  now: number,
): Promise<void> {
  await transaction`lock table team in share row exclusive mode`
  const [row] = await transaction<{ count: number; there: boolean }[]>`
    select count(*)::int as count, coalesce(bool_or(team_id = ${teamId}), false) as there from team`
  if (row?.there) throw new ProtocolError('already-exists')
  if ((row?.count ?? 0) >= limits.TEAMS_MAX) throw new ProtocolError('too-many')
  await demandFree(transaction, handle, teamId)
  await transaction`
    insert into team (team_id, handle, name, created_by, created_at)
    values (${teamId}, ${handle}, ${name}, ${userId}, ${new Date(now)})`
  await setMembers(transaction, teamId, members)
}

const create: Handlers['team.create'] = async (input, call) => {
  const { sql, bus, audit, clock } = call.services
  const actor = await demandMaker(call)
  await inTransaction(sql, async (transaction) => {
    await spendChange(transaction, call.services, actor)
    await insertTeam(transaction, input, actor, clock())
    const detail = { handle: input.handle, members: input.members.length }
    await audit(transaction, { action: 'team.created', actor: actor.userId, subject: input.handle, detail })
  })
  bus.toEveryone({ type: 'teams' })
  return {}
}

const update: Handlers['team.update'] = async ({ teamId, handle, name, members }, call) => {
  const { sql, bus, audit } = call.services
  const actor = callerOf(call)
  await inTransaction(sql, async (transaction) => {
    await spendChange(transaction, call.services, actor)
    const before = await lockTeam(transaction, teamId, actor)
    if (handle !== undefined) await demandFree(transaction, handle, teamId)
    const after = { handle: handle ?? before.handle, name: name ?? before.name }
    await transaction`update team set handle = ${after.handle}, name = ${after.name} where team_id = ${teamId}`
    if (members) await setMembers(transaction, teamId, members)
    const detail = { before: before.handle, ...(members ? { members: members.length } : {}) }
    await audit(transaction, { action: 'team.changed', actor: actor.userId, subject: after.handle, detail })
  })
  bus.toEveryone({ type: 'teams' })
  return {}
}

const end: Handlers['team.delete'] = async ({ teamId }, call) => {
  const { sql, bus, audit } = call.services
  const actor = callerOf(call)
  await inTransaction(sql, async (transaction) => {
    await spendChange(transaction, call.services, actor)
    const { handle } = await lockTeam(transaction, teamId, actor)
    await transaction`delete from team where team_id = ${teamId}`
    await audit(transaction, { action: 'team.deleted', actor: actor.userId, subject: handle })
  })
  bus.toEveryone({ type: 'teams' })
  return {}
}

export const teamHandlers = {
  'team.list': list,
  'team.create': create,
  'team.update': update,
  'team.delete': end,
} satisfies Partial<Handlers>
