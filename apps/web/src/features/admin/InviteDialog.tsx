/** Makes an invitation link; the link itself is shown once. */
import type { Role } from '@reforms/protocol'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { Dialog, DialogActions, DialogBody } from '../../ui/Dialog.tsx'
import { SelectField, TextField } from '../../ui/Field.tsx'
import { useIntent } from '../../watch/engine.tsx'

type Hours = keyof typeof text.admin.expiries
const HOURS: readonly Hours[] = ['24', '72', '168', '720']
const ROLES: readonly Role[] = ['member', 'guest', 'moderator', 'administrator']
const USES_MAX = 1000

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const [url, setUrl] = useState<string>()
  const title = url ? text.admin.inviteDone : text.admin.inviteTitle
  return (
    <Dialog title={title} onClose={onClose}>
      {url ? (
        <DialogBody>
          <CopyField label={text.admin.link} value={url} hint={text.admin.inviteDoneLead} />
        </DialogBody>
      ) : (
        <InviteForm onUrl={setUrl} onClose={onClose} />
      )}
    </Dialog>
  )
}

function InviteForm({ onUrl, onClose }: { onUrl: (url: string) => void; onClose: () => void }) {
  const [role, setRole] = useState<Role>('member')
  const [uses, setUses] = useState('1')
  const [hours, setHours] = useState<Hours>('72')
  const [note, setNote] = useState('')
  const create = useIntent('invitation.create')
  const count = Number(uses)
  const countRight = Number.isInteger(count) && count >= 1 && count <= USES_MAX
  const submit = async () => {
    const made = await create.send({ role, uses: count, expiresInHours: Number(hours), note: note.trim() })
    if (made) onUrl(made.output.url)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (countRight) void submit()
      }}
    >
      <DialogBody>
        <TextField
          label={text.admin.inviteNote}
          hint={text.admin.inviteNoteHint}
          value={note}
          maxLength={200}
          dir="auto"
          autoFocus
          onValue={setNote}
        />
        <TextField
          label={text.admin.inviteUses}
          hint={text.admin.inviteUsesHint}
          inputMode="numeric"
          value={uses}
          onValue={(value) => setUses(value.replace(/\D/g, ''))}
        />
        <SelectField
          label={text.admin.inviteExpires}
          value={hours}
          options={HOURS.map((value) => ({ value, label: text.admin.expiries[value] }))}
          onValue={setHours}
        />
        <SelectField
          label={text.admin.inviteRole}
          value={role}
          options={ROLES.map((value) => ({ value, label: text.admin.roles[value] }))}
          onValue={setRole}
        />
        {create.problem && <Callout look="negative">{create.problem.message}</Callout>}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{text.ui.cancel}</Button>
        <Button type="submit" look="primary" busy={create.busy} disabled={!countRight}>
          {text.admin.inviteCreate}
        </Button>
      </DialogActions>
    </form>
  )
}
