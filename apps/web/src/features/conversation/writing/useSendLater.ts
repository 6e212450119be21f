/** Puts what is in the field away, to be sent at a time; what the engine refuses comes back into the field. */
import { text } from '../../../text/index.ts'
import { dateAndTimeOf } from '../../../ui/clock.ts'
import { useTeller } from '../../../ui/Toasts.tsx'
import { useEngine } from '../../../watch/engine.tsx'
import { isEmpty, putBack, readDraft, type Draft, type DraftPlace, type DraftStep } from '../drafts.ts'
import { formOf, readTyped } from './commands.ts'
import type { Commands } from './useCommands.ts'

interface Later {
  change: (step: DraftStep) => void
  commands: Commands
  answersOf: (draft: Draft) => { as: 'reply' | 'thread'; seq: number; inChannel?: boolean } | undefined
}

export function useSendLater(place: DraftPlace, { change, commands, answersOf }: Later) {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  /** Whether it can be: otherwise it is said why not. */
  const maySend = (): boolean => {
    const draft = readDraft(place)
    if (draft.files.length > 0) tell(text.later.noFiles)
    else if (isCommand(draft.text)) tell(text.later.noCommands)
    else return !isEmpty(draft)
    return false
  }
  const sendAt = (at: number) => {
    const draft = readDraft(place)
    const typed = commands.read(draft.text.trim())
    if (typed === 'kept') return
    change(() => ({ text: '', files: [] }))
    if (typed === 'done') return
    const answers = answersOf(draft)
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
  return { maySend, sendAt }
}

/** One that does something: those that only give its words a form are sent like others. */
function isCommand(words: string): boolean {
  const typed = readTyped(words.trim())
  return typed.kind === 'command' && formOf(typed.name, typed.rest) === undefined
}
