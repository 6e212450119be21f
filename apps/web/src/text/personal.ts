/** Words of what a person keeps for themself: saved messages, their threads and reminders. */
import { plural } from './language.ts'

export const personalText = {
  places: 'Yours',
  saved: 'Saved',
  save: 'Save message',
  unsave: 'Remove from saved',
  savedDone: 'Saved. It is in “Saved”, above your conversations.',
  unsavedDone: 'Not saved any more',
  savedNone: 'Nothing saved',
  savedNoneLead: 'Save a message from its menu to come back to it. Nobody else sees what you save.',
  removeNamed: (name: string) => `Remove the message of ${name} from saved`,
  notHere: 'Not on this device yet. Open it to fetch it.',
  inChannel: (channel: string) => `in ${channel}`,

  reminders: 'Reminders',
  remindMe: 'Remind me',
  remindTitle: 'Remind me of this message',
  remindChoose: 'At another time',
  remindPast: 'This time has passed.',
  inMinutes: 'In 20 minutes',
  inAnHour: 'In 1 hour',
  tomorrow: 'Tomorrow at 9:00',
  nextWeek: 'Monday at 9:00',
  reminderSet: (when: string) => `Reminder set for ${when}.`,
  reminderDone: 'Done',
  told: (title: string, words: string) => `${title}: ${words}`,
  openIt: 'Open',
  doneNamed: (name: string) => `Done with the reminder of the message of ${name}`,
  due: 'Due',
  dueCount: (count: number) => plural(count, { one: '# reminder is due', other: '# reminders are due' }),
  remindersNone: 'No reminders',
  remindersNoneLead:
    'Choose “Remind me” in the menu of a message. While this page is open, you are told when the time has come, until you are done with it.',

  threads: 'Threads',
  threadsNone: 'You are in no thread yet',
  threadsNoneLead: 'Threads that you begin, answer in or are mentioned in appear here.',
  answered: (count: number, names: string) =>
    `${plural(count, { one: '# answer', other: '# answers' })} · ${names}`,
  newAnswers: (count: number) => plural(count, { one: '# new', other: '# new' }),
}
