/** When a line of the inbox is to come back. */
import type { InboxMark } from '@reforms/client'
import { text } from '../../text/index.ts'
import { dateAndTimeOf } from '../../ui/clock.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { WhenDialog } from '../personal/WhenDialog.tsx'

export function SnoozeDialog({ mark, onClose }: { mark: InboxMark; onClose: () => void }) {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const snooze = (until: number) =>
    void engine.send('inbox.mark', { items: [{ ...mark, until }] }).then(
      () =>
        tell(text.inbox.snoozed(dateAndTimeOf(until)), {
          name: text.ui.undo,
          act: () => void engine.send('inbox.mark', { items: [mark] }).catch(tellProblem),
        }),
      tellProblem,
    )
  return (
    <WhenDialog
      title={text.inbox.snoozeTitle}
      verb={text.inbox.snooze}
      lead={text.inbox.snoozeLead}
      onChoose={snooze}
      onClose={onClose}
    />
  )
}
