/** Desktop notifications while a page is open. Permission is asked for in the settings, only on a click. */
import { useEffect } from 'react'
import { go } from '../../route/useRoute.ts'
import { useEngine } from '../../watch/engine.tsx'
import { notificationsWanted } from '../settings/notification-choice.ts'

export function useNotifications(): void {
  const engine = useEngine()
  useEffect(
    () =>
      engine.onNotification(({ channelId, title, body }) => {
        if (!notificationsWanted()) return
        // One a channel: a later message takes the place of the one before.
        const shown = new Notification(title, { body, tag: channelId, icon: '/favicon.svg' })
        shown.onclick = () => {
          window.focus()
          go({ place: 'channel', channelId })
          shown.close()
        }
      }),
    [engine],
  )
}
