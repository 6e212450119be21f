/**
 * What the user says about a message that is in the log: a new text for it, a reaction, a pin; and passing it on to another
 * channel. Into the outbox like everything that is sent. SPEC.md, REL-1 to REL-5, REL-10.
 */
import { encodeContent, MAX_EMOJI_CHARS, knownContent, type MessageContent } from '@reforms/crypto'
import { limits, type ChannelId, type ClientId, type UserId } from '@reforms/protocol'
import { IntentError, type IntentInput, type IntentOutput } from '../../engine-api.ts'
import type { Context } from '../context.ts'
import { readEntry, type StoredEntry } from '../tables/entries.ts'
import { addToOutbox } from '../tables/outbox.ts'
import { isEditOf, readRelationsTo } from '../tables/relations.ts'
import { isReaction } from './emoji.ts'
import { filesOf, saidOf, type Said } from './said.ts'
import { sentFrom } from './settings-message.ts'
import { demandWriter } from './writers.ts'

/** The entry and what it says. Throws IntentError where it is not here, is erased, or says nothing. */
export function targetOf(
  context: Context,
  channelId: ChannelId,
  seq: number,
): { entry: StoredEntry; said: Said; to: { seq: number; clientId: ClientId } } {
  const entry = readEntry(context.database, channelId, seq)
  const content = entry?.state === 'clear' && entry.content ? knownContent(entry.content) : undefined
  const said = saidOf(content)
  if (!entry || !said) {
    throw new IntentError({ code: 'not-found', message: 'This message is not here any more.' })
  }
  return { entry, said, to: { seq, clientId: entry.clientId } }
}

/** What somebody passes on is another's (REL-10), and what has been voted on stays what was asked (POLL-1). */
export function isEditable({ type }: Said): boolean {
  return type !== 'forward' && type !== 'poll'
}

/** Throws IntentError where it would not fit. */
export function encodeFitting(content: MessageContent): Uint8Array {
  const encoded = encodeContent(content)
  if (encoded.length <= limits.PAYLOAD_MAX_BYTES / 2) return encoded
  throw new IntentError({
    code: 'too-large',
    message: 'This message is too long. Send it in parts, or as a file.',
  })
}

/** Into the outbox, with nothing but what is given. */
export function queue(
  context: Context,
  channelId: ChannelId,
  content: MessageContent,
  header: { relatesTo?: number; notify?: UserId[] } = {},
): ClientId {
  const clientId = context.newClientId()
  const item = { clientId, channelId, createdAt: context.now(), ...header }
  demandWriter(context, channelId, content)
  const encoded = encodeFitting(content)
  context.database.transaction(() => addToOutbox(context.database, { ...item, content: encoded }))
  context.channelChanged(channelId)
  context.outboxChanged()
  context.poke(channelId)
  return clientId
}

export function editMessage(context: Context, input: IntentInput<'message.edit'>): void {
  const { channelId, seq, text } = input
  const { entry, said, to } = targetOf(context, channelId, seq)
  if (entry.senderUser !== context.requireKeys().userId || !isEditable(said)) {
    throw new IntentError({
      code: 'forbidden',
      message: 'Only what you wrote yourself can be edited, and no poll.',
    })
  }
  if (text.trim() === '' && filesOf(said).length === 0) {
    throw new IntentError({
      code: 'invalid-input',
      message: 'There is nothing left of it. Delete it instead.',
    })
  }
  queue(context, channelId, { type: 'edit', to, text, ...sentFrom(context, channelId) }, { relatesTo: seq })
}

export function reactToMessage(context: Context, input: IntentInput<'message.react'>): void {
  const { channelId, seq, emoji, on } = input
  const { to } = targetOf(context, channelId, seq)
  if (emoji.length > MAX_EMOJI_CHARS || !isReaction(emoji)) {
    throw new IntentError({ code: 'invalid-input', message: 'A reaction is one emoji.' })
  }
  queue(
    context,
    channelId,
    { type: 'reaction', to, emoji, on, ...sentFrom(context, channelId) },
    { relatesTo: seq },
  )
}

export function pinMessage(context: Context, input: IntentInput<'message.pin'>): void {
  const { channelId, seq, on } = input
  const { to } = targetOf(context, channelId, seq)
  queue(context, channelId, { type: 'pin', to, on, ...sentFrom(context, channelId) }, { relatesTo: seq })
}

/** The texts that a message has had, the first one first. */
export function versionsOf(
  context: Context,
  { channelId, seq }: IntentInput<'message.versions'>,
): IntentOutput<'message.versions'> {
  const { entry, said } = targetOf(context, channelId, seq)
  const edits = readRelationsTo(context.database, channelId, seq).filter((row) => isEditOf(row, entry))
  const later = edits.flatMap((edit) => {
    const text = textOfEdit(context, channelId, edit.seq)
    return text === undefined ? [] : [{ text, at: edit.at }]
  })
  return { versions: [{ text: said.text, at: entry.at }, ...later] }
}

export function textOfEdit(
  { database }: Pick<Context, 'database'>,
  channelId: ChannelId,
  seq: number,
): string | undefined {
  const entry = readEntry(database, channelId, seq)
  const content = entry?.content && knownContent(entry.content)
  return content?.type === 'edit' ? content.text : undefined
}

/** A message's words as they are now. */
export function presentText(context: Pick<Context, 'database'>, entry: StoredEntry, said: Said): string {
  const { channelId, seq } = entry
  if (!isEditable(said)) return said.text
  const last = readRelationsTo(context.database, channelId, seq).findLast((row) => isEditOf(row, entry))
  return (last && textOfEdit(context, channelId, last.seq)) ?? said.text
}
