/** Puts what is in the field away, to be sent at a time; what the engine refuses comes back into the field. */
import { useState, type ReactNode, type RefObject } from 'react'
import { text } from '../../../text/index.ts'
import { dateAndTimeOf } from '../../../ui/clock.ts'
import { useTeller } from '../../../ui/Toasts.tsx'
import { useEngine } from '../../../watch/engine.tsx'
import { WhenDialog } from '../../personal/WhenDialog.tsx'
import { isEmpty, putBack, readDraft, type Draft, type DraftPlace, type DraftStep } from '../drafts.ts'
import { formOf, readTyped } from './commands.ts'
import type { LaterMenu } from './LaterButton.tsx'
import type { Commands } from './useCommands.ts'

interface Writing {
  draft: Draft
  field: RefObject<HTMLTextAreaElement | null>
  change: (step: DraftStep) => void
  commands: Commands
  /** It was put away. */
  onSaid: () => void
  answersOf: (draft: Draft) => { as: 'reply' | 'thread'; seq: number; inChannel?: boolean } | undefined
}

interface SendLater {
  menu: LaterMenu
  /** Beside the form: what is submitted in a dialog inside of it would send the message. */
  dialog: ReactNode
}

export function useSendLater(place: DraftPlace, writing: Writing): SendLater {
  const [open, setOpen] = useState(false)
  const [choosing, setChoosing] = useState(false)
  const sendAt = useSendAt(place, writing)
  const { draft, field } = writing
  const empty = isEmpty(draft)
  // What was to be sent has gone meanwhile, as from another device.
  if (empty && open) setOpen(false)
  const menu: LaterMenu = {
    open,
    onOpen: (wanted) => setOpen(wanted && !empty),
    problem: whyNotLater(draft),
    onTime: sendAt,
    onOther: () => setChoosing(true),
    onClosed: () => field.current?.focus(),
  }
  const dialog = choosing && (
    <WhenDialog
      title={text.later.dialogTitle}
      verb={text.later.verb}
      lead={text.later.lead}
      onChoose={sendAt}
      onClose={() => setChoosing(false)}
    />
  )
  return { menu, dialog }
}

function useSendAt(
  place: DraftPlace,
  { change, commands, answersOf, onSaid }: Writing,
): (at: number) => void {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  return (at) => {
    const draft = readDraft(place)
    const typed = commands.read(draft.text.trim())
    if (typed === 'kept') return
    change(() => ({ text: '', files: [] }))
    if (typed === 'done') return
    const answers = answersOf(draft)
    onSaid()
    const message = { channelId: place.channelId, text: typed.send, at, ...(answers ? { answers } : {}) }
    engine.send('later.set', message).then(
      ({ clientId }) =>
        tell(text.later.done(dateAndTimeOf(at)), {
          name: text.ui.undo,
          act: () =>
            void engine.send('later.delete', { clientId }).then(() => change(putBack(draft)), tellProblem),
        }),
      (error: unknown) => {
        tellProblem(error)
        change(putBack(draft))
      },
    )
  }
}

/** Why a draft can only be sent now, if so. */
function whyNotLater({ files, text: words }: Draft): string | undefined {
  if (files.length > 0) return text.later.noFiles
  return isCommand(words) ? text.later.noCommands : undefined
}

/** One that does something: those that only give its words a form are sent like others. */
function isCommand(words: string): boolean {
  const typed = readTyped(words.trim())
  return typed.kind === 'command' && formOf(typed.name, typed.rest) === undefined
}
