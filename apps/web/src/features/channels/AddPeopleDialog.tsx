/** Adds people to a channel, and says what they will be able to read. */
import type { ChannelView } from '@reforms/client'
import type { UserId } from '@reforms/protocol'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { Dialog, DialogActions, DialogBody } from '../../ui/Dialog.tsx'
import { useIntent } from '../../watch/engine.tsx'
import { PeoplePicker } from './PeoplePicker.tsx'

export function AddPeopleDialog({ channel, onClose }: { channel: ChannelView; onClose: () => void }) {
  const [people, setPeople] = useState<UserId[]>([])
  const add = useIntent('channel.addMembers')
  const submit = async () => {
    if (await add.send({ channelId: channel.channelId, people })) onClose()
  }
  return (
    <Dialog title={text.channels.addTitle(channel.name)} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <DialogBody>
          <PeoplePicker
            label={text.frame.people}
            chosen={people}
            without={channel.members.map((member) => member.userId)}
            autoFocus
            onChosen={setPeople}
          />
          <p className="muted small">{text.channels.addedReads[channel.history]}</p>
          {add.problem && <Callout look="negative">{add.problem.message}</Callout>}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button type="submit" look="primary" busy={add.busy} disabled={people.length === 0}>
            {text.channels.addVerb(people.length)}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
