/** When to be reminded of a message: soon, tomorrow, or at a time that is chosen. */
import type { ChannelId, Seq } from '@reforms/protocol'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { dateAndTimeOf } from '../../ui/clock.ts'
import { Dialog, DialogActions, DialogBody } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { timesFrom } from './times.ts'
import './personal.css'

export function RemindDialog(props: { channelId: ChannelId; seq: Seq; onClose: () => void }) {
  const { channelId, seq, onClose } = props
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const [typed, setTyped] = useState('')
  const chosen = typed === '' ? NaN : new Date(typed).getTime()
  const isPast = chosen <= Date.now()
  const set = (at: number) => {
    onClose()
    engine.send('reminder.set', { channelId, seq, at }).then(
      () =>
        tell(text.personal.reminderSet(dateAndTimeOf(at)), {
          name: text.ui.undo,
          act: () => void engine.send('reminder.set', { channelId, seq }).catch(tellProblem),
        }),
      tellProblem,
    )
  }
  return (
    <Dialog title={text.personal.remindTitle} size="small" onClose={onClose}>
      <DialogBody>
        <ul className="remind-times">
          {timesFrom(Date.now()).map(({ words, at }) => (
            <li key={words}>
              <Button onClick={() => set(at)}>{words}</Button>
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
        <Button look="primary" disabled={Number.isNaN(chosen) || isPast} onClick={() => set(chosen)}>
          {text.personal.remindMe}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
