/** Words about what people show of themselves, and of when they are not to be disturbed or what they have read. */
import { plural } from './language.ts'

export const statusText = {
  set: 'Set a status',
  change: 'Change status',
  title: 'Your status',
  lead: 'Those who share a channel with you see it. It is encrypted for them: the server cannot read it.',
  emoji: 'Emoji of the status',
  words: 'What are you up to?',
  suggestions: 'Suggestions',
  suggested: [
    { emoji: '🩺', text: 'On the ward round', until: 'hour' },
    { emoji: '🏥', text: 'In theatre', until: 'hour' },
    { emoji: '🌙', text: 'On night duty', until: 'today' },
    { emoji: '📅', text: 'In a meeting', until: 'half' },
    { emoji: '🥪', text: 'At lunch', until: 'half' },
    { emoji: '🏠', text: 'Working from home', until: 'today' },
    { emoji: '🤒', text: 'Off sick', until: 'today' },
    { emoji: '🌴', text: 'On holiday', until: 'never' },
  ],
  until: 'Show it',
  untils: {
    half: 'For 30 minutes',
    hour: 'For 1 hour',
    today: 'Today',
    time: 'Until a time that I choose',
    never: 'Until I clear it',
  },
  untilTime: 'Until',
  past: 'This time has passed.',
  clear: 'Clear status',
  cleared: 'Status cleared',
  shownUntil: (when: string) => `until ${when}`,

  quiet: 'Do not disturb',
  quietUntil: (when: string) => `Do not disturb until ${when}`,
  quietHour: 'Do not disturb for 1 hour',
  quietEnd: 'End do not disturb',
  quietLead:
    'While it holds, none of your devices shows a notification. Others see a small moon beside your name, and can write to you as always.',
  quietNow: (when: string) => `You are not to be disturbed until ${when}.`,
  quietFor: { half: 'For 30 minutes', hour: 'For 1 hour', tomorrow: 'Until tomorrow at 8:00' },
  quietHint: (name: string, when: string) =>
    `${name} is not to be disturbed until ${when}. What you write waits for them quietly.`,
  hours: 'Every week',
  hoursLead: 'On the days that you choose. A night belongs to the day on which it begins.',
  days: 'Days',
  dayNames: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
  dayLetters: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
  from: 'From',
  to: 'To',
  hoursRemove: 'Remove these hours',

  receipts: 'What you have read',
  receiptsChoices: { shown: 'Let others see it', hidden: 'Keep it to yourself' },
  receiptsLead:
    'In conversations of up to a hundred people, others see up to where you have read. If you keep it to yourself, you do not see what they have read either.',
  receiptsOff: 'Your organisation has turned this off: nobody sees what others have read.',
  read: 'Read',
  readBy: (names: string) => `Read by ${names}`,
  readByCount: (count: number) => plural(count, { one: 'Read by # person', other: 'Read by # people' }),
  readByAll: 'Read by everybody',
}
