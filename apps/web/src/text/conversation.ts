/** Words of the conversation: timeline, messages, composer, files. */
import { number, plural } from './language.ts'
import { sizeOf } from '../ui/size.ts'

const MAX_FILE_WORDS = 'Files can be up to 25 MB here.'

export const conversationText = {
  messages: 'Messages',
  message: (author: string, time: string) => `${author}, ${time}`,
  you: 'You',
  newSince: 'New',
  toNewest: 'Go to newest',
  newBelow: (count: number) => plural(count, { one: '# new message', other: '# new messages' }),
  announce: (author: string, words: string) => `${author}: ${words}`,
  announceFiles: (count: number) => plural(count, { one: 'sent a file', other: 'sent # files' }),
  waitingForKey: (author: string) =>
    `A message by ${author} waits for its key. It appears by itself once another device answers.`,
  redacted: 'This message was deleted.',
  beginning: (name: string) => `This is the beginning of ${name}`,
  beginningDirect: (name: string) => `This is the beginning of your conversation with ${name}`,
  readable: 'Only people in this channel can read it. The server cannot.',
  readableDirect: 'Only the two of you can read this. The server cannot.',
  readableGroup: 'Only the people in this conversation can read it. The server cannot.',

  stateWaiting: 'Waiting for a connection',
  stateSending: 'Sending',
  stateFailed: 'Not sent',
  retry: 'Retry',
  discard: 'Discard',
  actions: 'Message actions',
  copyText: 'Copy text',
  delete: 'Delete message',
  deleteTitle: 'Delete this message?',
  deleteLead:
    'Its text and files are erased for everybody here, and from the server. People who have read it may remember it.',
  deleteVerb: 'Delete',
  showAll: 'Show all',
  showLess: 'Show less',

  typing: (names: string[]) => {
    if (names.length === 1) return `${names[0]} is typing`
    if (names.length === 2) return `${names[0]} and ${names[1]} are typing`
    return 'Several people are typing'
  },
  composer: (name: string) => `Message ${name}`,
  send: 'Send',
  attach: 'Attach a file',
  emoji: 'Add emoji',
  emojiFind: 'Find an emoji',
  emojiNone: 'None by that name.',
  attached: 'Attached files',
  removeFile: (name: string) => `Remove ${name}`,
  dropHere: 'Drop to attach',
  tooLarge: (name: string, bytes: number) =>
    `“${name}” is ${sizeOf(bytes)}, so it was not attached. ${MAX_FILE_WORDS}`,
  tooMany: (most: number) => `A message carries at most ${most} files. Send the rest in another one.`,
  unreadable: (name: string) =>
    `“${name}” could not be read, so it was not attached. Folders cannot be attached; zip them first.`,
  tooLong: (most: number) =>
    `This is longer than a message can be (${number(most)} characters). Attach it as a file instead.`,
  archived: 'This channel is archived. It can be read, but nothing can be sent.',
  joining:
    'You are joining this channel. Somebody who is in it has to be online to let you in; this happens by itself.',
  leaving: 'You are leaving this channel.',
  ended: (name: string) => `This conversation has ended. ${name} would not see what you write here.`,
  beginAnew: 'Start a new one',
  notMember: 'You are not in this channel.',
  openImage: (name: string) => `Open image ${name}`,
  imageAlt: (name: string) => `Image ${name}`,
  imageFailed: 'The image could not be loaded.',
  download: (name: string) => `Download ${name}`,
  downloadVerb: 'Download',
  downloading: 'Decrypting',

  members: 'Members',
  memberCount: (count: number) => plural(count, { one: '# person', other: '# people' }),
  details: 'Details',
  gone: 'This conversation is not here',
  goneLead: 'It does not exist, or you are not in it.',
  emptyTitle: 'Pick a conversation',
  emptyLead: 'Or press Ctrl K and type a name.',
}
