/** A message's words, being changed in their place. Enter saves, Escape leaves them as they were. */
import type { ChannelId, Seq } from '@reforms/protocol'
import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { useGrowing } from './ComposerField.tsx'
import { MESSAGE_MAX_CHARACTERS } from './message-length.ts'

interface EditFieldProps {
  channelId: ChannelId
  seq: Seq
  words: string
  onDone: () => void
}

export function EditField({ channelId, seq, words, onDone }: EditFieldProps) {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const [changed, setChanged] = useState(words)
  const field = useRef<HTMLTextAreaElement>(null)
  useGrowing(field, changed)
  useLayoutEffect(() => {
    field.current?.focus()
    field.current?.setSelectionRange(words.length, words.length)
    // Only when it opens: what comes in meanwhile does not move the caret.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [])
  const save = () => {
    const next = changed.trim()
    if (next.length > MESSAGE_MAX_CHARACTERS) return tell(text.conversation.tooLong(MESSAGE_MAX_CHARACTERS))
    if (next === words) return onDone()
    engine.send('message.edit', { channelId, seq, text: next }).then(onDone, tellProblem)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      onDone()
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      save()
    }
  }
  return (
    <div className="edit">
      <textarea
        ref={field}
        className="edit-field"
        aria-label={text.conversation.editField}
        rows={1}
        dir="auto"
        autoComplete="off"
        value={changed}
        onChange={(event) => setChanged(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="edit-foot">
        <span className="muted small grow edit-hint">{text.conversation.editHint}</span>
        <Button size="small" look="plain" onClick={onDone}>
          {text.ui.cancel}
        </Button>
        <Button size="small" look="primary" onClick={save}>
          {text.conversation.save}
        </Button>
      </div>
    </div>
  )
}
