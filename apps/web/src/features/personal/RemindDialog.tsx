/** When to be reminded of a message. */
import type { ChannelId, Seq } from '@reforms/protocol'
import { text } from '../../text/index.ts'
import { dateAndTimeOf } from '../../ui/clock.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { WhenDialog } from './WhenDialog.tsx'

export function RemindDialog(props: { channelId: ChannelId; seq: Seq; onClose: () => void }) {
  const { channelId, seq, onClose } = props
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const set = (at: number) =>
    void engine.send('reminder.set', { channelId, seq, at }).then(
      () =>
        tell(text.personal.reminderSet(dateAndTimeOf(at)), {
          name: text.ui.undo,
          act: () => void engine.send('reminder.set', { channelId, seq }).catch(tellProblem),
        }),
      tellProblem,
    )
  return (
    <WhenDialog
      title={text.personal.remindTitle}
      verb={text.personal.remindMe}
      onChoose={set}
      onClose={onClose}
    />
  )
}
