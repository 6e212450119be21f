/** Another text or time for a message that waits to be sent. */
import type { ScheduledItem } from '@reforms/client'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { fieldValueOf } from '../../ui/clock.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog, DialogActions, DialogBody } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import { TextAreaField } from '../../ui/TextAreaField.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { MESSAGE_MAX_CHARACTERS } from '../conversation/message-length.ts'

export function EditScheduled({ item, onClose }: { item: ScheduledItem; onClose: () => void }) {
  const engine = useEngine()
  const { tellProblem } = useTeller()
  const [words, setWords] = useState(item.text)
  const [typed, setTyped] = useState(fieldValueOf(item.at))
  // A time that is not touched stays to the second.
  const at = typed === fieldValueOf(item.at) ? item.at : new Date(typed).getTime()
  const isPast = at <= Date.now()
  const save = () => {
    const { channelId, clientId } = item
    // What is refused stays in its fields.
    engine.send('later.set', { channelId, clientId, text: words.trim(), at }).then(onClose, tellProblem)
  }
  return (
    <Dialog title={text.later.editTitle} onClose={onClose}>
      <DialogBody>
        <TextAreaField
          label={text.later.words}
          rows={5}
          value={words}
          maxLength={MESSAGE_MAX_CHARACTERS}
          onValue={setWords}
        />
        <TextField
          type="datetime-local"
          label={text.later.when}
          value={typed}
          error={isPast ? text.personal.remindPast : undefined}
          onValue={setTyped}
        />
      </DialogBody>
      <DialogActions>
        <Button look="primary" disabled={words.trim() === '' || Number.isNaN(at) || isPast} onClick={save}>
          {text.later.save}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
