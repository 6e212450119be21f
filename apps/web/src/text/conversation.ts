/** Words of the conversation: timeline, messages, composer, files. */
import { number, plural } from './language.ts'

/** "Ana, Ben and Carla", and how many more. */
function listed(names: string[]): string {
  const shown = names.slice(0, MOST_NAMES)
  const more = names.length - shown.length
  if (more > 0) return `${shown.join(', ')} and ${more} more`
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

const MOST_NAMES = 12

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
  onlyModerators: 'Only moderators write here. You can react, and answer in threads.',
  cameHere: 'You came in here',
  cameHereLead: 'What was written before stays with those who were there.',
  readable: 'Only people in this channel can read it. The server cannot.',
  readableDirect: 'Only the two of you can read this. The server cannot.',
  readableGroup: 'Only the people in this conversation can read it. The server cannot.',

  stateWaiting: 'Waiting for a connection',
  stateSending: 'Sending',
  stateFailed: 'Not sent',
  retry: 'Retry',
  discard: 'Discard',
  actions: 'Message actions',
  copyText: 'Copy as Markdown',
  react: 'React',
  reactWith: (name: string) => `React with ${name}`,
  reactions: 'Reactions',
  reaction: (emoji: string, count: number, names: string, mine: boolean) =>
    `${emoji} ${count}: ${names}.${mine ? ' Press to take yours back.' : ' Press to join.'}`,
  reactedBy: (names: string[], emoji: string) => `${listed(names)} reacted with ${emoji}`,
  moreEmoji: 'More emoji',
  reply: 'Reply',
  replyingTo: (name: string) => `Replying to ${name}`,
  stopReplying: 'Do not reply to it',
  answersTo: (name: string, words: string) => `In reply to ${name}: ${words}`,
  answersDeleted: 'In reply to a message that was deleted',
  answersMissing: 'In reply to an earlier message',
  answersInThread: (name: string) => `Also in the thread of ${name}`,
  edit: 'Edit',
  editField: 'Edit the message',
  editHint: 'Enter saves, Escape leaves it as it was.',
  save: 'Save',
  edited: 'edited',
  editedAt: (when: string) => `Edited ${when}. Show earlier texts`,
  editWaiting: 'The change waits for a connection',
  editFailed: 'The change was not sent',
  versions: 'Earlier texts',
  versionNow: 'Now',
  thread: 'Thread',
  threadOf: (name: string) => `Thread of ${name}`,
  answerInThread: 'Answer in thread',
  threadComposer: 'Answer in the thread',
  alsoInChannel: 'Also send to the channel',
  answers: (count: number) =>
    count === 1 ? '1 answer' : count >= 1000 ? '999+ answers' : `${count} answers`,
  answersNew: (count: number) => (count === 1 ? '1 new' : `${count} new`),
  lastAnswer: (when: string) => `last ${when}`,
  threadGone: 'The message that this thread belongs to is not here.',
  pins: 'Pinned messages',
  pinsNone: 'Nothing is pinned yet',
  pinsNoneLead: 'Pin what people look for again and again: it stays here for everybody in the channel.',
  pin: 'Pin',
  unpin: 'Take down the pin',
  pinned: 'Pinned',
  forward: 'Forward',
  forwardTitle: 'Forward to',
  forwardFind: 'Find a conversation',
  forwardDone: (name: string) => `Forwarded to ${name}`,
  forwardedFrom: (name: string, when: string) => `Forwarded. ${name} wrote it ${when}`,
  quote: 'Quote',
  copyLink: 'Copy link',
  linkCopied: 'Link copied',
  notFound: 'This message is not here. It may be from before you came.',
  goTo: 'Go to the message',
  mentions: 'People and channel',
  mentionAll: 'Everybody in this channel',
  delete: 'Delete message',
  deleteTitle: 'Delete this message?',
  deleteLead:
    'Its text and files are erased for everybody here, and from the server. People who have read it may remember it.',
  deleteVerb: 'Delete',
  spoiler: 'Spoiler',
  spoilerShow: 'Spoiler. Press to show it',
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
