/** Teams, as the server last said. */
import { cleanName, decodeCbor, encodeCbor, type Team, type TeamId, type UserId } from '@reforms/protocol'
import type { Database, SqlRow } from '../../ports.ts'

function toTeam(row: SqlRow): Team {
  const createdBy = row['created_by'] as UserId | null
  return {
    teamId: row['team_id'] as TeamId,
    handle: row['handle'] as string,
    name: row['name'] as string,
    ...(createdBy ? { createdBy } : {}),
    members: decodeCbor(row['members'] as Uint8Array) as UserId[],
  }
}

export function readTeams(database: Database): Team[] {
  return database.all('SELECT * FROM team ORDER BY lower(name), team_id').map(toTeam)
}

/** In the place of all that were there. Within a transaction. */
export function saveTeams(database: Database, teams: readonly Team[]): void {
  database.run('DELETE FROM team', [])
  for (const { teamId, handle, name, createdBy, members } of teams) {
    database.run('INSERT INTO team (team_id, handle, name, created_by, members) VALUES (?, ?, ?, ?, ?)', [
      teamId,
      handle,
      // The server has checked it, if it is honest (NAME-3).
      cleanName(name) || handle,
      createdBy ?? null,
      encodeCbor([...members]),
    ])
  }
}
