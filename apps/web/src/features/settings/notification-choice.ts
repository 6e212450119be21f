/** Whether this browser shows notifications: the person's choice, kept on this device, and the browser's permission. */
const KEY = 'reforms.notifications'

export type NotificationState = 'missing' | 'denied' | 'off' | 'on'

export function notificationState(): NotificationState {
  if (typeof Notification === 'undefined') return 'missing'
  if (Notification.permission === 'denied') return 'denied'
  return Notification.permission === 'granted' && localStorage.getItem(KEY) === 'on' ? 'on' : 'off'
}

export function notificationsWanted(): boolean {
  return notificationState() === 'on'
}

/** Asks the browser for permission, so call it on a click only. */
export async function turnNotificationsOn(): Promise<NotificationState> {
  if ((await Notification.requestPermission()) === 'granted') localStorage.setItem(KEY, 'on')
  return notificationState()
}

export function turnNotificationsOff(): NotificationState {
  localStorage.removeItem(KEY)
  return notificationState()
}
