/** When something is to happen: soon, tomorrow, next week, or at a time that is chosen. */
import { useState, type ReactNode } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog, DialogActions, DialogBody } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import { timesFrom } from './times.ts'
import './personal.css'

interface WhenDialogProps {
  title: string
  /** What the button does with a time that is chosen. */
  verb: string
  lead?: ReactNode
  onChoose: (at: number) => void
  onClose: () => void
}

export function WhenDialog({ title, verb, lead, onChoose, onClose }: WhenDialogProps) {
  const [typed, setTyped] = useState('')
  const chosen = typed === '' ? NaN : new Date(typed).getTime()
  const isPast = chosen <= Date.now()
  const choose = (at: number) => {
    onClose()
    onChoose(at)
  }
  return (
    <Dialog title={title} size="small" onClose={onClose}>
      <DialogBody>
        {lead && <p className="when-lead muted small">{lead}</p>}
        <ul className="when-times">
          {timesFrom(Date.now()).map(({ words, at }) => (
            <li key={words}>
              <Button onClick={() => choose(at)}>{words}</Button>
            </li>
          ))}
        </ul>
        <TextField
          type="datetime-local"
          label={text.personal.remindChoose}
          value={typed}
          error={isPast ? text.personal.remindPast : undefined}
          onValue={setTyped}
        />
      </DialogBody>
      <DialogActions>
        <Button look="primary" disabled={Number.isNaN(chosen) || isPast} onClick={() => choose(chosen)}>
          {verb}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
