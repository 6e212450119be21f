/** Vectors of polls, votes, and the end of a poll. For tests only. */
import type { ClientId } from '@reforms/protocol'
import { decodeContent, encodeContent, type MessageContent } from '../content.ts'
import { NOW, fixed, fixedId, trailed } from './testing-alteration.ts'
import { cbor } from './testing-cbor.ts'
import { format } from './testing-format.ts'

const envelope = { sent: { seq: 9, head: fixed(90) }, sentAt: NOW }
const to = { seq: 7, clientId: fixedId<ClientId>(91) }
const options = ['Monday', '火曜日']
const poll: MessageContent = { type: 'poll', text: 'Which day?', options, several: false, ...envelope }
const vote: MessageContent = { type: 'vote', to, choices: [1], ...envelope }
const end: MessageContent = { type: 'poll-end', to, ...envelope }
const bad = (value: unknown) => ({ given: { encoded: cbor(value) }, code: 'malformed' })

export const pollContent = format({
  name: 'poll-content',
  rules: ['MSG-2', 'POLL-1', 'POLL-2', 'POLL-3'],
  about:
    'Polls: CBOR {type: "poll", text, options, several, sent, sentAt}, {type: "vote", to: {seq, clientId}, choices, sent, sentAt} with options ' +
    'by their place from 0 on, and {type: "poll-end", to, sent, sentAt}.',
  inputs: {
    'a poll': poll,
    'a vote': vote,
    'a vote taken back': { ...vote, choices: [] },
    'the end of a poll': end,
  },
  second: (input) => ({ steps: {}, output: { encoded: cbor(input) } }),
  make: async (input) => ({ encoded: encodeContent(input) }),
  open: async (_input, { encoded }) => decodeContent(encoded),
  refused: {
    'a poll that asks nothing': bad({ ...poll, text: '' }),
    'a poll with one option': bad({ ...poll, options: ['Monday'] }),
    'a poll with eleven options': bad({ ...poll, options: Array.from({ length: 11 }, String) }),
    'an option of no character': bad({ ...poll, options: ['Monday', ''] }),
    'a poll that does not say whether several may be chosen': bad({ ...poll, several: undefined }),
    'a vote on nothing': bad({ ...vote, to: undefined }),
    'a vote for the eleventh option': bad({ ...vote, choices: [10] }),
    'a vote for less than the first option': bad({ ...vote, choices: [-1] }),
    'a vote for an option by its name': bad({ ...vote, choices: ['Monday'] }),
    'an end with a field that is not known': bad({ ...end, on: true }),
    'a byte after the end': { given: { encoded: trailed(cbor(poll)) }, code: 'malformed' },
  },
  attempt: async ({ encoded }) => decodeContent(encoded),
})
