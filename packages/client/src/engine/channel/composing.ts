/** What the user sends: into the outbox at once, with its files encrypted, whether there is a connection or not. SPEC.md, ENG-10. */
import {
  knownContent,
  sealedSize,
  signRedaction,
  type MessageContent,
  type RedactionWithEdits,
} from '@reforms/crypto'
import type { ChannelId, ClientId, UserId } from '@reforms/protocol'
import { IntentError, type IntentInput } from '../../engine-api.ts'
import type { Database } from '../../ports.ts'
import type { Context } from '../context.ts'
import { prepareFile, prepareSource, type PreparedFile } from '../files/sealing.ts'
import { readEntry, type StoredEntry } from '../tables/entries.ts'
import { addToOutbox, readOutboxItem, removeFromOutbox, saveOutboxState } from '../tables/outbox.ts'
import { isEditOf, readPlace, readRelationsTo, twinsOf } from '../tables/relations.ts'
import { addTransfer, readUnsealed } from '../tables/transfers.ts'
import { saveUpload } from '../tables/uploads.ts'
import { encodeFitting, presentText, targetOf } from './relating.ts'
import { mentioned } from './mentioned.ts'
import { asWords } from './polling.ts'
import { filesOf } from './said.ts'
import { sentFrom } from './settings-message.ts'
import { demandWriter } from './writers.ts'

export async function sendMessage(
  context: Context,
  input: IntentInput<'message.send'>,
): Promise<{ clientId: ClientId }> {
  const { channelId, text } = input
  if (text.trim() === '' && input.files.length === 0) {
    throw new IntentError({ code: 'invalid-input', message: 'There is nothing to send yet.' })
  }
  const clientId = input.clientId ?? context.newClientId()
  if (isKnown(context, clientId)) {
    await context.transfers.sealAgain(
      clientId,
      input.files.map(({ bytes }) => bytes),
    )
    return { clientId }
  }
  const relation = relationOf(context, input)
  const files = await Promise.all(input.files.map((file) => prepareFile(context, file)))
  const words = { text, ...(files.length > 0 ? { files: files.map((file) => file.reference) } : {}) }
  await queueMessage(context, {
    ...{ channelId, clientId, files, notify: mentioned(context, text) },
    content: { ...relation, ...words, ...sentFrom(context, channelId) },
  })
  return { clientId }
}

/** Why it is said where it is: as an answer in the channel or in a thread, or for its own sake. */
export function relationOf(context: Context, { channelId, answers }: IntentInput<'message.send'>) {
  if (!answers) return { type: 'text' as const }
  const { to } = targetOf(context, channelId, answers.seq)
  if (answers.as === 'reply') return { type: 'reply' as const, to }
  return { type: 'thread' as const, to, inChannel: answers.inChannel ?? false }
}

interface NewMessage {
  channelId: ChannelId
  clientId: ClientId
  content: MessageContent
  files: readonly PreparedFile[]
  notify: UserId[]
}

/** It shows at once. Resolves when nothing is needed any more of where its files come from. */
async function queueMessage(context: Context, message: NewMessage): Promise<void> {
  const { channelId, clientId, content, files, notify } = message
  demandWriter(context, channelId, content)
  const encoded = encodeFitting(content)
  context.database.transaction(() => {
    for (const file of files) saveFile(context, message, file)
    addToOutbox(context.database, {
      ...{ clientId, channelId, createdAt: context.now(), content: encoded },
      ...('to' in content ? { relatesTo: content.to.seq } : {}),
      ...(notify.length > 0 ? { notify } : {}),
    })
  })
  context.channelChanged(channelId)
  context.outboxChanged()
  context.poke(channelId)
  const large = files.filter(({ sealed }) => !sealed)
  await context.transfers.seal(new Map(large.map(({ reference, source }) => [reference.blobId, source])))
}

function saveFile(
  { database }: Context,
  { channelId, clientId }: NewMessage,
  { reference: { blobId, size }, sealed }: PreparedFile,
): void {
  if (sealed) saveUpload(database, { blobId, clientId, channelId, bytes: sealed })
  else addTransfer(database, { blobId, clientId, channelId, size: sealedSize(size) })
}

/** Passes a message on: its words as they are now, and its files under keys of their own (FIL-1, REL-10). */
export async function forwardMessage(
  context: Context,
  { channelId, seq, to }: IntentInput<'message.forward'>,
): Promise<{ clientId: ClientId }> {
  const { entry, said } = targetOf(context, channelId, seq)
  const from =
    said.type === 'forward'
      ? { author: said.author, writtenAt: said.writtenAt }
      : { author: entry.senderUser ?? context.requireKeys().userId, writtenAt: entry.at }
  const files = await Promise.all(
    filesOf(said).map((file) =>
      prepareSource(context, file, context.opening.sourceOf(channelId, file.blobId)),
    ),
  )
  const clientId = context.newClientId()
  const text = said.type === 'poll' ? asWords(said) : presentText(context, entry, said)
  const words = { text, ...(files.length > 0 ? { files: files.map((file) => file.reference) } : {}) }
  const content = { type: 'forward' as const, ...words, ...from, ...sentFrom(context, to) }
  await queueMessage(context, { channelId: to, clientId, content, files, notify: [] })
  return { clientId }
}

/** Sent before, by a tab that did not hear of it. */
function isKnown(context: Context, clientId: ClientId): boolean {
  if (readOutboxItem(context.database, clientId)) return true
  return context.database.all('SELECT seq FROM entry WHERE client_id = ?', [clientId]).length > 0
}

export function retryMessage(context: Context, clientId: ClientId): void {
  const item = readOutboxItem(context.database, clientId)
  const isWhole = !readUnsealed(context.database).some((file) => file.clientId === clientId)
  // What was not wholly read cannot go on: it stays as it is, with the words that say so.
  if (!item || !isWhole) return
  context.database.transaction(() => saveOutboxState(context.database, clientId, 'waiting'))
  context.channelChanged(item.channelId)
  context.outboxChanged()
  context.poke(item.channelId)
  context.transfers.poke()
}

export function discardMessage(context: Context, clientId: ClientId): void {
  const item = readOutboxItem(context.database, clientId)
  if (!item) return
  context.database.transaction(() => removeFromOutbox(context.database, clientId))
  context.channelChanged(item.channelId)
  context.outboxChanged()
  context.transfers.discarded()
  context.discarded(item)
}

export async function redactMessage(context: Context, channelId: ChannelId, seq: number): Promise<void> {
  const target = readEntry(context.database, channelId, seq)
  if (!target) throw new IntentError({ code: 'not-found', message: 'This message is not here any more.' })
  for (const entry of [target, ...twinsOf(context.database, target)]) {
    const payload = await signRedaction(context.requireKeys().signature, orderOf(context, entry))
    const order = { channelId, clientId: context.newClientId(), seq: entry.seq, payload }
    await context.ports.transport.call('log.redact', order)
  }
}

function stoodOf(database: Database, target: StoredEntry, content: MessageContent | undefined) {
  if (readPlace(database, target) === 'nowhere') return 'nowhere'
  return content?.type === 'thread' && !content.inChannel ? 'thread' : 'channel'
}

/** So many edits fit into one order; a reader erases the others with it all the same. */
const NAMED_EDITS_MAX = 100

/** Names what only the message's readers know and what goes with it: its files (BLB-6) and its edits (REL-7). */
function orderOf({ database }: Context, target: StoredEntry): RedactionWithEdits {
  const { channelId, seq, clientId, content: encoded } = target
  const content = encoded && knownContent(encoded)
  const blobs = filesOf(content).map((file) => file.blobId)
  const edits = readRelationsTo(database, channelId, seq)
    .filter((row) => isEditOf(row, target))
    .flatMap((row) => readEntry(database, channelId, row.seq) ?? [])
    .slice(-NAMED_EDITS_MAX)
    .map((edit) => ({ seq: edit.seq, clientId: edit.clientId }))
  return {
    ...{ channelId, seq, clientId, stood: stoodOf(database, target, content) },
    ...(blobs.length > 0 ? { blobs } : {}),
    ...(edits.length > 0 ? { edits } : {}),
  }
}
