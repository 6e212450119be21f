/** Somebody asked for a new identity in this user's name: every device that is in says so, and can stop it (ID-8). */
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { dateAndTimeOf } from '../../ui/clock.ts'
import { useIntent, useQuery } from '../../watch/engine.tsx'

export function ResetWarning() {
  const session = useQuery('session', {})
  const cancel = useIntent('identity.cancelReset')
  if (session?.state !== 'ready' || !session.reset) return null
  const { at } = session.reset
  return (
    <div className="connection-line connection-warning small">
      <strong>{text.frame.resetAsked}</strong>
      {at !== undefined && <span>{text.frame.resetFrom(dateAndTimeOf(at))}</span>}
      {cancel.problem && <span>{cancel.problem.message}</span>}
      <Button look="danger" size="small" busy={cancel.busy} onClick={() => void cancel.send({})}>
        {text.frame.stopReset}
      </Button>
    </div>
  )
}
