/** The teams of the organisation: everybody sees who is in them; who made one, and administrators, change it. */
import type { TeamView } from '@reforms/client'
import { Plus, UsersRound } from 'lucide-react'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { usePeople } from '../../watch/engine.tsx'
import { TeamDialog } from './TeamDialog.tsx'

export function Teams({ teams, mayMake }: { teams: readonly TeamView[]; mayMake: boolean }) {
  const [open, setOpen] = useState<TeamView | 'new'>()
  const make = mayMake && (
    <Button icon={<Plus size={16} />} onClick={() => setOpen('new')}>
      {text.teams.create}
    </Button>
  )
  return (
    <>
      {teams.length === 0 ? (
        <Empty icon={<UsersRound size={20} />} title={text.teams.none} action={make}>
          {text.teams.lead}
        </Empty>
      ) : (
        <>
          <p className="muted">{text.teams.lead}</p>
          <ul className="rows" aria-label={text.teams.title}>
            {teams.map((team) => (
              <TeamRow key={team.teamId} team={team} onEdit={() => setOpen(team)} />
            ))}
          </ul>
          <div className="row">{make}</div>
        </>
      )}
      {open && <TeamDialog team={open === 'new' ? undefined : open} onClose={() => setOpen(undefined)} />}
    </>
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
