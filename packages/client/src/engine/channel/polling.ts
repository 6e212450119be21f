/** Polls: asking, voting, ending. Into the outbox like everything that is sent. SPEC.md, POLL-1 to POLL-3. */
import {
  MAX_OPTION_CHARS,
  MAX_OPTIONS,
  MAX_QUESTION_CHARS,
  MIN_OPTIONS,
  type MessageContent,
} from '@reforms/crypto'
import type { ClientId } from '@reforms/protocol'
import { IntentError, type IntentInput } from '../../engine-api.ts'
import type { Context } from '../context.ts'
import { mentioned } from './mentioned.ts'
import { isValid } from './poll-count.ts'
import { queue, targetOf } from './relating.ts'
import { sentFrom } from './settings-message.ts'

export type Poll = Extract<MessageContent, { type: 'poll' }>

export function createPoll(context: Context, input: IntentInput<'poll.create'>): { clientId: ClientId } {
  const { channelId, several } = input
  const text = input.question.trim()
  const options = input.options.map((option) => option.trim()).filter((option) => option !== '')
  const fits = options.length >= MIN_OPTIONS && options.length <= MAX_OPTIONS && text !== ''
  const isShort = options.every(({ length }) => length <= MAX_OPTION_CHARS)
  if (!fits || !isShort || text.length > MAX_QUESTION_CHARS) {
    const message = `A poll asks something, in up to ${MAX_QUESTION_CHARS} characters, with ${MIN_OPTIONS} to ${MAX_OPTIONS} options.`
    throw new IntentError({ code: 'invalid-input', message })
  }
  const content = { type: 'poll' as const, text, options, several, ...sentFrom(context, channelId) }
  const notify = mentioned(context, text)
  return { clientId: queue(context, channelId, content, notify.length > 0 ? { notify } : {}) }
}

export function voteInPoll(context: Context, input: IntentInput<'poll.vote'>): void {
  const { channelId, seq } = input
  const { said, to } = targetOf(context, channelId, seq)
  const choices = [...input.choices].sort((a, b) => a - b)
  if (said.type !== 'poll' || !isValid(said, choices)) {
    throw new IntentError({ code: 'invalid-input', message: 'This cannot be chosen in this poll.' })
  }
  queue(
    context,
    channelId,
    { type: 'vote', to, choices, ...sentFrom(context, channelId) },
    { relatesTo: seq },
  )
}

export function endPoll(context: Context, { channelId, seq }: IntentInput<'poll.end'>): void {
  const { entry, said, to } = targetOf(context, channelId, seq)
  if (said.type !== 'poll' || entry.senderUser !== context.requireKeys().userId) {
    throw new IntentError({ code: 'forbidden', message: 'Only who began a poll can end it.' })
  }
  queue(context, channelId, { type: 'poll-end', to, ...sentFrom(context, channelId) }, { relatesTo: seq })
}

/** The question with its options: for search, and for who passes it on. */
export function asWords({ text, options }: Pick<Poll, 'text' | 'options'>): string {
  return [text, ...options.map((option) => `- ${option}`)].join('\n')
}
