/** Words of messages that are sent later. */
import { plural } from './language.ts'

export const laterText = {
  send: 'Send later',
  menuLead: 'By the first of your devices that is open then.',
  otherTime: 'At another time…',
  title: 'Scheduled',
  count: (count: number) =>
    plural(count, { one: '# message waits to be sent', other: '# messages wait to be sent' }),
  stuck: (count: number) =>
    plural(count, { one: '# message cannot be sent', other: '# messages cannot be sent' }),
  noCommands: 'Commands act at once, and cannot wait. Take the command away first.',
  dialogTitle: 'Send later',
  /** Who sends it: the server cannot. */
  lead: 'It waits encrypted, among what you keep for yourself. When the time has come, the first of your devices that is open and online sends it; if none is, then as soon as one is.',
  verb: 'Schedule',
  done: (when: string) => `Scheduled for ${when}. It is in “Scheduled”, above your conversations.`,
  noFiles: 'Files cannot be sent later. Take them away first, or send the message now.',
  none: 'Nothing is scheduled',
  noneLead:
    'Write a message, then press the arrow beside “Send” and choose when. Until then nobody else sees it, the server included.',
  to: (name: string) => `To ${name}`,
  inThread: 'in a thread',
  at: (when: string) => `Will be sent on ${when}`,
  due: 'Will be sent as soon as one of your devices can',
  failed: (why: string) => `Cannot be sent: ${why}`,
  edit: 'Edit',
  editTitle: 'Edit scheduled message',
  words: 'Message',
  when: 'When',
  save: 'Save',
  sendNow: 'Send now',
  sending: 'It is sent now.',
  remove: 'Delete',
  removed: 'Deleted. It will not be sent.',
}
