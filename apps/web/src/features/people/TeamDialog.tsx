/** Makes a team, or changes one: its name, its handle, who is in it. */
import type { TeamView } from '@reforms/client'
import { NAME_MAX_CHARACTERS, TEAM_MEMBERS_MAX, USER_NAME_PATTERN } from '@reforms/protocol/limits'
import type { UserId } from '@reforms/protocol'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { Dialog, DialogActions, DialogBody } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import { useEngine, useIntent } from '../../watch/engine.tsx'
import { PeoplePicker } from '../channels/PeoplePicker.tsx'

const HANDLE = new RegExp(USER_NAME_PATTERN)
const NOBODY: readonly string[] = []

interface TeamDialogProps {
  team: TeamView | undefined
  onClose: () => void
}

export function TeamDialog({ team, onClose }: TeamDialogProps) {
  const [ending, setEnding] = useState(false)
  if (team && ending) return <EndTeam team={team} onClose={onClose} />
  return (
    <Dialog title={team ? text.teams.edit(team.name) : text.teams.create} onClose={onClose}>
      <TeamForm team={team} onClose={onClose} onEnd={() => setEnding(true)} />
    </Dialog>
  )
}

function TeamForm({ team, onClose, onEnd }: TeamDialogProps & { onEnd: () => void }) {
  const [name, setName] = useState(team?.name ?? '')
  const [handle, setHandle] = useState(team?.handle ?? '')
  const [members, setMembers] = useState<UserId[]>(team?.members ?? [])
  const create = useIntent('team.create')
  const update = useIntent('team.update')
  const fits = HANDLE.test(handle) && name.trim() !== '' && members.length <= TEAM_MEMBERS_MAX
  const submit = async () => {
    const wanted = { handle, name, members }
    const done = team ? await update.send({ teamId: team.teamId, ...wanted }) : await create.send(wanted)
    if (done) onClose()
  }
  const problem = create.problem ?? update.problem
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (fits) void submit()
      }}
    >
      <DialogBody>
        <TextField
          autoFocus
          label={text.teams.name}
          value={name}
          maxLength={NAME_MAX_CHARACTERS}
          dir="auto"
          onValue={setName}
        />
        <TextField
          label={text.teams.handle}
          hint={text.teams.handleHint}
          value={handle}
          maxLength={32}
          autoCapitalize="none"
          spellCheck={false}
          onValue={(value) => setHandle(value.toLowerCase().replace(/^@/, '').trim())}
        />
        <PeoplePicker label={text.teams.members} chosen={members} without={NOBODY} onChosen={setMembers} />
        {problem && <Callout look="negative">{problem.message}</Callout>}
      </DialogBody>
      <DialogActions>
        {team && <Button onClick={onEnd}>{text.teams.end}</Button>}
        <Button type="submit" look="primary" busy={create.busy || update.busy} disabled={!fits}>
          {team ? text.ui.save : text.teams.createVerb}
        </Button>
      </DialogActions>
    </form>
  )
}

function EndTeam({ team, onClose }: { team: TeamView; onClose: () => void }) {
  const engine = useEngine()
  return (
    <ConfirmDialog
      danger
      title={text.teams.endTitle(team.name)}
      verb={text.teams.end}
      onConfirm={() => engine.send('team.delete', { teamId: team.teamId })}
      onClose={onClose}
    >
      <p>{text.teams.endLead}</p>
    </ConfirmDialog>
  )
}
