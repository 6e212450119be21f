/** What of a message's content is a person's words, whatever else it is: an answer, or what somebody passes on. */
import type { FileReference, MessageContent } from '@reforms/crypto'

export type Said = Extract<MessageContent, { type: 'text' | 'reply' | 'thread' | 'forward' | 'poll' }>

/** Undefined for edits, reactions, pins, votes and names: they change other things, and stand nowhere themselves. */
export function saidOf(content: MessageContent | undefined): Said | undefined {
  switch (content?.type) {
    case 'text':
    case 'reply':
    case 'thread':
    case 'forward':
    case 'poll':
      return content
    default:
      return undefined
  }
}

export function filesOf(content: MessageContent | undefined): readonly FileReference[] {
  const said = saidOf(content)
  return (said && said.type !== 'poll' && said.files) || []
}

/** "@channel" calls on everybody in it, whatever their number (REL-8). */
const CALL = /(?:^|[\s(])@channel(?![\w.-])/

export function callsAll(content: MessageContent | undefined): boolean {
  const said = saidOf(content)
  return said !== undefined && said.type !== 'forward' && CALL.test(said.text)
}
