/** The teams of the organisation: everybody sees who is in them; who made one, and administrators, change it. */
import type { TeamView } from '@reforms/client'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Section } from '../../ui/Page.tsx'
import { usePeople, useQuery } from '../../watch/engine.tsx'
import { TeamDialog } from './TeamDialog.tsx'
import { useMayMakeTeams } from './useMayMakeTeams.ts'

export function Teams() {
  const teams = useQuery('teams', {}) ?? []
  const mayMake = useMayMakeTeams()
  const [open, setOpen] = useState<TeamView | 'new'>()
  if (teams.length === 0 && !mayMake) return null
  return (
    <Section title={text.teams.title} lead={text.teams.lead}>
      {teams.length === 0 && <p className="muted">{text.teams.none}</p>}
      <ul className="rows" aria-label={text.teams.title}>
        {teams.map((team) => (
          <TeamRow key={team.teamId} team={team} onEdit={() => setOpen(team)} />
        ))}
      </ul>
      {mayMake && (
        <div className="row">
          <Button icon={<Plus size={16} />} onClick={() => setOpen('new')}>
            {text.teams.create}
          </Button>
        </div>
      )}
      {open && <TeamDialog team={open === 'new' ? undefined : open} onClose={() => setOpen(undefined)} />}
    </Section>
  )
}

function TeamRow({ team, onEdit }: { team: TeamView; onEdit: () => void }) {
  const people = usePeople()
  const names = team.members.flatMap(
    (userId) => people.find((person) => person.userId === userId)?.displayName ?? [],
  )
  return (
    <li>
      <div className="grow">
        <p className="rows-name">
          <bdi>{team.name}</bdi> <span className="muted small">@{team.handle}</span>
        </p>
        <p className="muted small" dir="auto">
          {names.length > 0 ? names.join(', ') : text.teams.count(0)}
        </p>
      </div>
      {team.mayChange && (
        <Button size="small" aria-label={text.teams.edit(team.name)} onClick={onEdit}>
          {text.teams.editVerb}
        </Button>
      )}
    </li>
  )
}
