/** Desktop notifications: asked for on a click only, and never needed. */
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { QuietSettings } from '../status/QuietSettings.tsx'
import { notificationState, turnNotificationsOff, turnNotificationsOn } from './notification-choice.ts'

const WORDS = {
  missing: text.settings.notificationsMissing,
  denied: text.settings.notificationsDenied,
  on: text.settings.notificationsOn,
  off: text.settings.notificationsOff,
}

export function NotificationSettings() {
  const [state, setState] = useState(notificationState)
  return (
    <div className="stack">
      <p className="muted">{text.settings.notificationsLead}</p>
      <Callout look={state === 'denied' ? 'caution' : 'plain'}>{WORDS[state]}</Callout>
      <div className="row">
        {state === 'off' && (
          <Button look="primary" onClick={() => void turnNotificationsOn().then(setState)}>
            {text.settings.turnOn}
          </Button>
        )}
        {state === 'on' && (
          <Button onClick={() => setState(turnNotificationsOff())}>{text.settings.turnOff}</Button>
        )}
      </div>
      <QuietSettings />
    </div>
  )
}
