/** Words of exporting one's history: of the dialog, and of the pages that it writes. */
import { sizeOf } from '../ui/size.ts'
import { number, plural } from './language.ts'

const files = (count: number) => plural(count, { one: 'One file', other: '# files' })
const entries = (count: number) => plural(count, { one: 'one entry', other: '# entries' })

export const exportText = {
  title: 'Export history',
  action: 'Export history',
  own: 'Export my history',
  ownTitle: 'Your history',
  ownLead: 'A copy of all that you can read here, as pages and as JSON, in one ZIP file on this device.',
  lead: 'Makes a ZIP file on this device, with pages that any browser opens without a connection, and the same as JSON for programs. Only what you may read is in it.',
  scope: 'What',
  thisOne: 'This conversation',
  all: 'All conversations',
  withFiles: 'With files and pictures',
  clear:
    'The ZIP file is not encrypted. Whoever gets hold of it can read all of it, and messages that are deleted or disappear later stay in it.',
  start: 'Export without encryption',
  fetching: (channel: string, done: number, of: number) =>
    `Fetching older messages of ${channel}: ${number(done)} of ${entries(of)}`,
  writing: (channel: string, share: number, bytes: number) =>
    `Writing ${channel}: ${number(Math.floor(100 * share))} %. ${sizeOf(bytes)} so far`,
  progress: 'How far the export is',
  stayOpen: 'Keep this page open until it is done.',
  cancel: 'Cancel the export',
  done: (bytes: number) => `The history is exported: ${sizeOf(bytes)}.`,
  offline:
    'There is no connection to the server. It goes on by itself once there is one; without files it needs none.',
  leftOut: (count: number) =>
    `${files(count)} could not be fetched when this was exported, and so are not included.`,
  failed: 'The export could not be finished, and what was saved of it is of no use. Try again.',
  fileName: (day: string) => `history-${day}.zip`,

  indexTitle: 'Exported history',
  madeBy: (name: string, userName: string, server: string, when: string) =>
    `Exported by ${name} (@${userName}) from ${server} on ${when}. It holds what they could read then.`,
  zone: (timeZone: string) => `Times are those of ${timeZone}.`,
  withoutFiles: 'Files are not included.',
  missing: (count: number) => `${entries(count)} could not be fetched when this was exported.`,
  days: (count: number) => plural(count, { one: 'One day', other: '# days' }),
  toIndex: 'All conversations',
  earlierPage: 'Earlier messages',
  laterPage: 'Later messages',
  unreadable: 'This message could not be decrypted on the device that exported it.',
  deleted: 'This message was deleted.',
  pinned: 'Pinned',
  forwarded: (name: string, when: string) => `Passed on. Written by ${name} on ${when}`,
  earlier: 'An earlier message',
  edited: (when: string) => `Edited, last on ${when}`,
  notIncluded: 'not included',
  votes: (names: string[]) => (names.length === 0 ? '0' : `${number(names.length)}: ${names.join(', ')}`),
  pollEnded: 'The poll has ended.',
}
