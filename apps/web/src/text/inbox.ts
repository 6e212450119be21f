/** Words of the inbox: what calls on a person, and what comes back to them. */
import { plural } from './language.ts'

export const inboxText = {
  title: 'Inbox',
  newCount: (count: number) => plural(count, { other: '# new in your inbox' }),
  show: 'Show',
  shows: { new: 'New', snoozed: 'Snoozed', read: 'Read' },
  none: {
    new: 'Nothing waits for you',
    snoozed: 'Nothing is snoozed',
    read: 'Nothing read yet',
  },
  noneLead: {
    new: 'Mentions of you, answers in your threads, reactions to your messages and invitations appear here.',
    snoozed: 'Snooze a line of the inbox, and it comes back when you want it, on all your devices.',
    read: 'What you have read stays here, in case you look for it again.',
  },
  kind: {
    mention: 'mentioned you',
    everybody: 'called on everybody',
    answer: (count: number) => (count > 1 ? `${count} new answers in the thread` : 'answered in the thread'),
    reply: 'replied to you',
    /** What with stands behind it. */
    reaction: 'reacted with',
    invitation: 'let you in',
  },
  /** Stands in the place of a message. */
  invited: 'You can read and write in this channel now.',
  more: (names: string, count: number) =>
    plural(count, { one: `${names} and # other`, other: `${names} and # others` }),
  markRead: 'Mark as read',
  markReadNamed: (name: string) => `Mark what ${name} wants as read`,
  markNewNamed: (name: string) => `Mark what ${name} wants as new`,
  markAll: 'Mark all as read',
  marked: 'Marked as read.',
  markedAll: (count: number) => plural(count, { one: 'Marked # as read.', other: 'Marked # as read.' }),
  back: 'Back among what is new.',
  snoozeNamed: (name: string) => `Snooze what ${name} wants`,
  snoozeTitle: 'Snooze until',
  snoozeLead: 'It comes back to your inbox then, on all your devices.',
  snooze: 'Snooze',
  snoozed: (when: string) => `Snoozed until ${when}.`,
  until: (when: string) => `until ${when}`,
  cameBack: 'Came back',
}
