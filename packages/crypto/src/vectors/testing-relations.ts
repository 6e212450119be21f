/** Vectors of what messages say about other entries: answers, edits, reactions, pins; what is forwarded; what a channel is for. For tests only. */
import type { ClientId, UserId } from '@reforms/protocol'
import { decodeContent, encodeContent, type MessageContent } from '../content.ts'
import { NOW, fixed, fixedId, trailed } from './testing-alteration.ts'
import { cbor } from './testing-cbor.ts'
import { format } from './testing-format.ts'

const envelope = { sent: { seq: 9, head: fixed(90) }, sentAt: NOW }
const to = { seq: 7, clientId: fixedId<ClientId>(91) }
const reply: MessageContent = { type: 'reply', to, text: 'At nine, 東京 time', ...envelope }
const thread: MessageContent = { type: 'thread', to, text: 'Agreed.', inChannel: true, ...envelope }
const edit: MessageContent = { type: 'edit', to, text: 'Room 7, not 8', ...envelope }
const reaction: MessageContent = { type: 'reaction', to, emoji: '👍🏽', on: true, ...envelope }
const pin: MessageContent = { type: 'pin', to, on: false, ...envelope }
const forward: MessageContent = {
  type: 'forward',
  text: 'The lift is out.',
  author: fixedId<UserId>(92),
  writtenAt: NOW - 1000,
  ...envelope,
}
const bad = (value: unknown) => ({ given: { encoded: cbor(value) }, code: 'malformed' })

export const relatedContent = format({
  name: 'related-content',
  rules: ['MSG-2', 'MSG-8', 'REL-1'],
  about:
    'Content that relates to an entry: CBOR {type: "reply", to: {seq, clientId}, text, files?, sent, sentAt}, {type: "thread", the same, inChannel}, ' +
    '{type: "edit", to, text, sent, sentAt}, {type: "reaction", to, emoji, on, sent, sentAt}, {type: "pin", to, on, sent, sentAt}; ' +
    'and {type: "forward", text, files?, author, writtenAt, sent, sentAt}, which relates to none.',
  inputs: {
    'a reply': reply,
    'an answer in a thread, shown in the channel too': thread,
    'an edit': edit,
    'a reaction': reaction,
    'a pin taken down': pin,
    'what is forwarded': forward,
  },
  second: (input) => ({ steps: {}, output: { encoded: cbor(input) } }),
  make: async (input) => ({ encoded: encodeContent(input) }),
  open: async (_input, { encoded }) => decodeContent(encoded),
  refused: {
    'a reply to nothing': bad({ ...reply, to: undefined }),
    'a target without its clientId': bad({ ...reply, to: { seq: 7 } }),
    'a target with a field that is not known': bad({ ...reply, to: { ...to, extra: 1 } }),
    'an answer in a thread that does not say whether it is shown in the channel': bad({
      ...thread,
      inChannel: undefined,
    }),
    'an edit with files': bad({ ...edit, files: [] }),
    'a reaction of no character': bad({ ...reaction, emoji: '' }),
    'a reaction of 65 characters': bad({ ...reaction, emoji: 'x'.repeat(65) }),
    'a pin that is neither on nor off': bad({ ...pin, on: 1 }),
    'what is forwarded of nobody': bad({ ...forward, author: undefined }),
    'a byte after the end': { given: { encoded: trailed(cbor(reply)) }, code: 'malformed' },
  },
  attempt: async ({ encoded }) => decodeContent(encoded),
})

const about: MessageContent = {
  type: 'about',
  description: 'Handovers.\nNothing about patients by name.',
  writers: 'moderators',
  ...envelope,
}

export const aboutContent = format({
  name: 'about-content',
  rules: ['MSG-2', 'MSG-8', 'CH-11', 'CH-12'],
  about:
    'What a channel is for, and who writes there: CBOR {type: "about", description, writers, sent, sentAt}.',
  inputs: {
    'a channel for announcements': about,
    'a channel for all': { ...about, writers: 'members' as const },
  },
  second: (input) => ({ steps: {}, output: { encoded: cbor(input) } }),
  make: async (input) => ({ encoded: encodeContent(input) }),
  open: async (_input, { encoded }) => decodeContent(encoded),
  refused: {
    'other writers': bad({ ...about, writers: 'nobody' }),
    'a description of 4,001 characters': bad({ ...about, description: 'x'.repeat(4001) }),
    'a field that is not known': bad({ ...about, extra: 1 }),
    'a byte after the end': { given: { encoded: trailed(cbor(about)) }, code: 'malformed' },
  },
  attempt: async ({ encoded }) => decodeContent(encoded),
})
