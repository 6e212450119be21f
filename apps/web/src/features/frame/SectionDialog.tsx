/** Names a new section of the list, perhaps for a conversation that goes in at once, or one that is there. */
import type { ChannelId } from '@reforms/protocol'
import { NAME_MAX_CHARACTERS } from '@reforms/protocol/limits'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog, DialogActions, DialogBody } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import { useIntent } from '../../watch/engine.tsx'
import { useListActs } from './useListActs.ts'

/** Without an id it is a new one. */
export interface SectionToName {
  id?: string
  name?: string
  channelId?: ChannelId
}

export function SectionDialog({ section, onClose }: { section: SectionToName; onClose: () => void }) {
  const [name, setName] = useState(section.name ?? '')
  const create = useIntent('list.createSection')
  const acts = useListActs()
  const { id, channelId } = section
  const save = async () => {
    if (id !== undefined) {
      acts.rename(id, name)
      return onClose()
    }
    const created = await create.send({ name })
    if (!created) return
    if (channelId) acts.move({ channelId }, created.output.id)
    onClose()
  }
  return (
    <Dialog
      title={id === undefined ? text.list.newSection : text.list.renameTitle}
      size="small"
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <DialogBody>
          <TextField
            autoFocus
            label={text.list.sectionName}
            value={name}
            maxLength={NAME_MAX_CHARACTERS}
            dir="auto"
            error={create.problem?.message}
            onValue={setName}
          />
        </DialogBody>
        <DialogActions>
          <Button type="submit" look="primary" busy={create.busy} disabled={name.trim() === ''}>
            {id === undefined ? text.list.create : text.list.rename}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
