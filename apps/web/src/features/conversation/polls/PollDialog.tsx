/** Where a poll is begun: what it asks, and the options. */
import type { ChannelId } from '@reforms/protocol'
import { Plus, X } from 'lucide-react'
import { useRef, useState, type KeyboardEvent } from 'react'
import { text } from '../../../text/index.ts'
import { Button } from '../../../ui/Button.tsx'
import { Callout } from '../../../ui/Callout.tsx'
import { Dialog, DialogActions, DialogBody } from '../../../ui/Dialog.tsx'
import { TextField } from '../../../ui/Field.tsx'
import { IconButton } from '../../../ui/IconButton.tsx'
import { useIntent } from '../../../watch/engine.tsx'
import './poll.css'

/** As SPEC.md has it, POLL-1. */
const OPTIONS_MIN = 2
const OPTIONS_MAX = 10
const QUESTION_MAX_CHARACTERS = 500
const OPTION_MAX_CHARACTERS = 200

interface PollDialogProps {
  channelId: ChannelId
  question: string
  onClose: () => void
}

export function PollDialog({ channelId, question: begun, onClose }: PollDialogProps) {
  const [question, setQuestion] = useState(begun)
  const [options, setOptions] = useState<string[]>(() => Array.from({ length: OPTIONS_MIN }, () => ''))
  const [several, setSeveral] = useState(false)
  const create = useIntent('poll.create')
  const written = options.filter((option) => option.trim() !== '')
  const ready = question.trim() !== '' && written.length >= OPTIONS_MIN
  const submit = async () => {
    if (ready && (await create.send({ channelId, question, options: written, several }))) onClose()
  }
  return (
    <Dialog title={text.polls.title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <DialogBody>
          <TextField
            label={text.polls.question}
            value={question}
            maxLength={QUESTION_MAX_CHARACTERS}
            dir="auto"
            autoFocus
            onValue={setQuestion}
          />
          <OptionFields options={options} onOptions={setOptions} />
          <label className="also">
            <input type="checkbox" checked={several} onChange={(event) => setSeveral(event.target.checked)} />
            {text.polls.maySeveral}
          </label>
          <p className="muted small">{text.polls.lead}</p>
          {create.problem && <Callout look="negative">{create.problem.message}</Callout>}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button type="submit" look="primary" busy={create.busy} disabled={!ready}>
            {text.polls.create}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

interface OptionFieldsProps {
  options: readonly string[]
  onOptions: (options: string[]) => void
}

/** Enter goes on to the next option: a poll is asked by its button, once all options are there. */
function OptionFields({ options, onOptions }: OptionFieldsProps) {
  const fields = useRef<(HTMLInputElement | null)[]>([])
  const add = () => options.length < OPTIONS_MAX && onOptions([...options, ''])
  const goOn = (event: KeyboardEvent, place: number) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
    event.preventDefault()
    if (place < options.length - 1) fields.current[place + 1]?.focus()
    else if (options[place]?.trim() !== '') add()
  }
  return (
    <>
      {options.map((option, place) => (
        <div key={place} className="poll-field">
          <TextField
            label={text.polls.optionNumber(place + 1)}
            value={option}
            maxLength={OPTION_MAX_CHARACTERS}
            dir="auto"
            ref={(field) => {
              fields.current[place] = field
            }}
            // One that is added is written in next.
            autoFocus={place >= OPTIONS_MIN}
            onKeyDown={(event) => goOn(event, place)}
            onValue={(value) => onOptions(options.with(place, value))}
          />
          {options.length > OPTIONS_MIN && (
            <IconButton
              name={text.polls.removeOption(place + 1)}
              icon={<X size={16} />}
              onClick={() => onOptions(options.filter((_, index) => index !== place))}
            />
          )}
        </div>
      ))}
      {options.length < OPTIONS_MAX && (
        <div>
          <Button size="small" icon={<Plus size={16} />} onClick={add}>
            {text.polls.addOption}
          </Button>
        </div>
      )}
    </>
  )
}
