/** Starts a direct conversation, or opens the one that is there already. */
import type { UserId } from '@reforms/protocol'
import { useState } from 'react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { Dialog, DialogActions, DialogBody } from '../../ui/Dialog.tsx'
import { useIntent, useMe } from '../../watch/engine.tsx'
import { PeoplePicker } from './PeoplePicker.tsx'

export function NewMessageDialog({ onClose }: { onClose: () => void }) {
  const me = useMe()
  const [people, setPeople] = useState<UserId[]>([])
  const open = useIntent('channel.openDirect')
  const submit = async () => {
    const opened = await open.send({ people })
    if (!opened) return
    onClose()
    go({ place: 'channel', channelId: opened.output.channelId })
  }
  return (
    <Dialog title={text.channels.newMessageTitle} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <DialogBody>
          <p className="muted small">{text.channels.newMessageLead}</p>
          <PeoplePicker
            label={text.frame.people}
            chosen={people}
            without={me ? [me.userId] : []}
            autoFocus
            onChosen={setPeople}
          />
          {open.problem && <Callout look="negative">{open.problem.message}</Callout>}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button type="submit" look="primary" busy={open.busy} disabled={people.length === 0}>
            {text.channels.start}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
