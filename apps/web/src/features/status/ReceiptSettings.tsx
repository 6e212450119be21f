/** Whether others see what one has read, and one theirs. */
import { text } from '../../text/index.ts'
import { Choice } from '../../ui/Choice.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine, useQuery } from '../../watch/engine.tsx'

const CHOICES = (['shown', 'hidden'] as const).map((value) => ({
  value,
  label: text.status.receiptsChoices[value],
}))

export function ReceiptSettings() {
  const engine = useEngine()
  const { tellProblem } = useTeller()
  const own = useQuery('ownStatus', {})
  if (!own) return null
  return (
    <div className="stack-close">
      <Choice
        look="segments"
        label={text.status.receipts}
        value={own.hidesReading ? 'hidden' : 'shown'}
        options={CHOICES}
        onValue={(value) =>
          void engine.send('receipts.hide', { hide: value === 'hidden' }).catch(tellProblem)
        }
      />
      <p className="muted small">
        {own.receiptsOffered ? text.status.receiptsLead : text.status.receiptsOff}
      </p>
    </div>
  )
}
