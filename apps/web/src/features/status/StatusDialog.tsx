/** One's own status: an emoji, a few words, and until when. */
import type { OwnStatus } from '@reforms/client'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { fieldValueOf } from '../../ui/clock.ts'
import { Dialog, DialogActions, DialogBody } from '../../ui/Dialog.tsx'
import { SelectField, TextField } from '../../ui/Field.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine, useQuery } from '../../watch/engine.tsx'
import { EmojiGrid } from '../conversation/EmojiPicker.tsx'
import { endOf, UNTILS, type Until } from './until.ts'
import './status.css'

const WORDS_MAX_CHARACTERS = 80
/** For words without one: something stands beside the name. */
const PLAIN_EMOJI = '💬'

export function StatusDialog({ onClose }: { onClose: () => void }) {
  const own = useQuery('ownStatus', {})
  return own ? <StatusForm own={own} onClose={onClose} /> : null
}

function StatusForm({ own, onClose }: { own: OwnStatus; onClose: () => void }) {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const [emoji, setEmoji] = useState(own.status?.emoji ?? PLAIN_EMOJI)
  const [words, setWords] = useState(own.status?.text ?? '')
  const before = own.status?.until
  const [until, setUntil] = useState<Until>(before === undefined ? 'never' : 'time')
  const [typed, setTyped] = useState(before === undefined ? '' : fieldValueOf(before))
  const end = endOf(until, Date.now(), typed)
  const isPast = end !== undefined && end <= Date.now()
  const set = (status?: OwnStatus['status']) => {
    onClose()
    engine
      .send('status.set', status ? { status } : {})
      .then(() => tell(status ? text.ui.saved : text.status.cleared), tellProblem)
  }
  return (
    <Dialog title={text.status.title} size="small" onClose={onClose}>
      <DialogBody>
        <p className="muted small">{text.status.lead}</p>
        <div className="status-line">
          <EmojiChoice emoji={emoji} onEmoji={setEmoji} />
          <TextField
            label={text.status.words}
            value={words}
            maxLength={WORDS_MAX_CHARACTERS}
            dir="auto"
            autoFocus
            onValue={setWords}
          />
        </div>
        <div className="status-suggestions" role="group" aria-label={text.status.suggestions}>
          {text.status.suggested.map((each) => (
            <Button
              key={each.text}
              size="small"
              icon={<span aria-hidden="true">{each.emoji}</span>}
              onClick={() => {
                setEmoji(each.emoji)
                setWords(each.text)
                setUntil(each.until as Until)
              }}
            >
              {each.text}
            </Button>
          ))}
        </div>
        <SelectField
          label={text.status.until}
          value={until}
          options={UNTILS.map((value) => ({ value, label: text.status.untils[value] }))}
          onValue={setUntil}
        />
        {until === 'time' && (
          <TextField
            type="datetime-local"
            label={text.status.untilTime}
            value={typed}
            error={isPast ? text.status.past : undefined}
            onValue={setTyped}
          />
        )}
      </DialogBody>
      <DialogActions>
        {own.status && <Button onClick={() => set()}>{text.status.clear}</Button>}
        <Button
          look="primary"
          disabled={words.trim() === '' || isPast || Number.isNaN(end)}
          onClick={() => set({ emoji, text: words.trim(), ...(end === undefined ? {} : { until: end }) })}
        >
          {text.ui.save}
        </Button>
      </DialogActions>
    </Dialog>
  )
}

function EmojiChoice({ emoji, onEmoji }: { emoji: string; onEmoji: (sign: string) => void }) {
  const [open, setOpen] = useState(false)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button type="button" className="status-emoji" aria-label={text.status.emoji}>
          {emoji}
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="emoji-picker"
          align="start"
          sideOffset={8}
          collisionPadding={8}
          aria-label={text.status.emoji}
        >
          <EmojiGrid
            standardOnly
            onEmoji={(sign) => {
              onEmoji(sign)
              setOpen(false)
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
