/** Teams, followed: what they are called and who is in them, as the server says. SPEC.md, TEAM-1 to TEAM-3. */
import { cleanName, ProtocolError, type TeamId } from '@reforms/protocol'
import type { TeamView } from '../administration-api.ts'
import type { IntentInput, IntentOutput } from '../engine-api.ts'
import { coalesced } from './coalesced.ts'
import type { Context } from './context.ts'
import { readTeams, saveTeams } from './tables/teams.ts'

const refreshing = new WeakMap<Context, () => Promise<void>>()

/** However many changes follow each other closely, each of which tells everybody to read all teams again. */
export function refreshTeams(context: Context): Promise<void> {
  const refresh = refreshing.get(context) ?? coalesced(() => fetchTeams(context))
  refreshing.set(context, refresh)
  return refresh()
}

async function fetchTeams(context: Context): Promise<void> {
  try {
    const { teams } = await context.ports.transport.call('team.list', {})
    context.database.transaction(() => saveTeams(context.database, teams))
    context.teamsChanged()
  } catch (error) {
    // An older server has none.
    if (!(error instanceof ProtocolError) || error.code !== 'unknown-operation') throw error
  }
}

export function teamsView(context: Context): TeamView[] {
  const me = context.me
  return readTeams(context.database).map(({ createdBy, ...team }) => ({
    ...team,
    mayChange: me?.role === 'administrator' || (me !== undefined && createdBy === me.userId),
  }))
}

export function teamIntents(context: Context) {
  const { transport } = context.ports
  return {
    'team.create': async (input: IntentInput<'team.create'>): Promise<IntentOutput<'team.create'>> => {
      const teamId = context.newId() as TeamId
      await transport.call('team.create', { ...input, teamId, name: cleanName(input.name) })
      await refreshTeams(context)
    },
    'team.update': async (input: IntentInput<'team.update'>): Promise<IntentOutput<'team.update'>> => {
      await transport.call('team.update', { ...input, name: cleanName(input.name) })
      await refreshTeams(context)
    },
    'team.delete': async (input: IntentInput<'team.delete'>): Promise<IntentOutput<'team.delete'>> => {
      await transport.call('team.delete', input)
      await refreshTeams(context)
    },
  }
}
