/** Words of what a person keeps for themself: saved messages, their threads, drafts, reminders, messages that are sent later. */
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
  remove: 'Remove',
  removeNamed: (name: string) => `Remove the message of ${name} from saved`,
  notHere: 'Not on this device yet. Open it to fetch it.',
  inChannel: (channel: string) => `in ${channel}`,
  goTo: 'Go to the message',

  threads: 'Threads',
  threadsNone: 'You are in no thread yet',
  threadsNoneLead: 'Threads that you begin, answer in or are named in stand here.',
  unreadOnly: 'Unread',
  answered: (count: number, names: string) =>
    `${plural(count, { one: '# answer', other: '# answers' })} · ${names}`,
  newAnswers: (count: number) => plural(count, { one: '# new', other: '# new' }),
}
