/** Teams: people who are called by one handle, such as @nurses. SPEC.md, section "Teams" (TEAM-*). */
import { Type, type Static } from 'typebox'
import { NAME_MAX_CHARACTERS, TEAM_MEMBERS_MAX, TEAMS_MAX } from '../limits.ts'
import { operation } from '../operation.ts'
import { name, object, TeamIdSchema, UserIdSchema } from '../schema.ts'
import { UserName } from './session.ts'

const TeamName = name({ minLength: 1, maxLength: NAME_MAX_CHARACTERS })
const Members = Type.Array(UserIdSchema, { maxItems: TEAM_MEMBERS_MAX })

export const Team = object({
  teamId: TeamIdSchema,
  /** What is written after the "@": it has the form of a user name, and is nobody's. */
  handle: UserName,
  name: TeamName,
  /** Absent where whoever made it is not shown to the caller. */
  createdBy: Type.Optional(UserIdSchema),
  members: Members,
})
export type Team = Static<typeof Team>

export const teamOperations = {
  'team.list': operation({
    method: 'GET',
    path: '/api/teams',
    permission: 'own',
    summary: 'All teams, by name, with who is in them.',
    input: object({}),
    output: object({ teams: Type.Array(Team, { maxItems: TEAMS_MAX }) }),
    errors: [],
  }),
  'team.create': operation({
    method: 'POST',
    path: '/api/teams',
    permission: 'teams.manage',
    summary: 'Makes a team. Whether members may, the settings say.',
    input: object({ teamId: TeamIdSchema, handle: UserName, name: TeamName, members: Members }),
    output: object({}),
    errors: ['name-taken', 'already-exists', 'not-found', 'too-many'],
  }),
  'team.update': operation({
    method: 'PATCH',
    path: '/api/teams/:teamId',
    permission: 'teams.manage',
    summary: 'Changes a team’s handle, its name, or who is in it: by administrators and by who made it.',
    input: object({
      teamId: TeamIdSchema,
      handle: Type.Optional(UserName),
      name: Type.Optional(TeamName),
      members: Type.Optional(Members),
    }),
    output: object({}),
    errors: ['name-taken', 'not-found'],
  }),
  'team.delete': operation({
    method: 'DELETE',
    path: '/api/teams/:teamId',
    permission: 'teams.manage',
    summary: 'Ends a team: by administrators and by who made it.',
    input: object({ teamId: TeamIdSchema }),
    output: object({}),
    errors: ['not-found'],
  }),
}
