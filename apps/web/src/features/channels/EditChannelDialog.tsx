/** Renames a channel and says what it is about. */
import type { ChannelView } from '@reforms/client'
import {
  DESCRIPTION_MAX_CHARACTERS,
  NAME_MAX_CHARACTERS,
  TOPIC_MAX_CHARACTERS,
} from '@reforms/protocol/limits'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { Dialog, DialogActions, DialogBody } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import { TextAreaField } from '../../ui/TextAreaField.tsx'
import { useIntent } from '../../watch/engine.tsx'

export function EditChannelDialog({ channel, onClose }: { channel: ChannelView; onClose: () => void }) {
  const [name, setName] = useState(channel.name)
  const [topic, setTopic] = useState(channel.topic)
  const [description, setDescription] = useState(channel.description)
  const rename = useIntent('channel.rename')
  const describe = useIntent('channel.describe')
  const submit = async () => {
    const { channelId, namedModerator } = channel
    if (namedModerator && !(await describe.send({ channelId, description: description.trim() }))) return
    if (await rename.send({ channelId, name: name.trim(), topic: topic.trim() })) onClose()
  }
  const problem = describe.problem ?? rename.problem
  const taken = rename.problem?.code === 'name-taken'
  return (
    <Dialog title={text.channels.editTitle} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <DialogBody>
          <TextField
            label={text.channels.name}
            value={name}
            maxLength={NAME_MAX_CHARACTERS}
            error={taken ? text.channels.nameTaken : undefined}
            dir="auto"
            autoFocus
            onValue={setName}
          />
          <TextAreaField
            label={text.channels.topic}
            value={topic}
            maxLength={TOPIC_MAX_CHARACTERS}
            onValue={setTopic}
          />
          {channel.namedModerator && (
            <TextAreaField
              label={text.channels.description}
              hint={text.channels.descriptionHint}
              value={description}
              maxLength={DESCRIPTION_MAX_CHARACTERS}
              onValue={setDescription}
            />
          )}
          {problem && !taken && <Callout look="negative">{problem.message}</Callout>}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button
            type="submit"
            look="primary"
            busy={rename.busy || describe.busy}
            disabled={name.trim() === ''}
          >
            {text.ui.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
