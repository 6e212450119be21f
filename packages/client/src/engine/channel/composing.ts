/** What the user sends: into the outbox at once, with its files encrypted, whether there is a connection or not. SPEC.md, ENG-10. */
import {
  createFileKey,
  decryptFile,
  encryptFile,
  knownContent,
  signRedaction,
  type FileReference,
  type MessageContent,
  type RedactionWithEdits,
} from '@reforms/crypto'
import type { BlobId, ChannelId, ClientId, UserId } from '@reforms/protocol'
import { IntentError, type IntentInput } from '../../engine-api.ts'
import type { Context } from '../context.ts'
import { shownFileName } from '../file-name.ts'
import { readEntry, type StoredEntry } from '../tables/entries.ts'
import { addToOutbox, readOutboxItem, removeFromOutbox, saveOutboxState } from '../tables/outbox.ts'
import { readPeople } from '../tables/people.ts'
import { isEditOf, readRelationsTo } from '../tables/relations.ts'
import { readUploadBytes, saveUpload } from '../tables/uploads.ts'
import { encodeFitting, presentText, targetOf } from './relating.ts'
import { filesOf } from './said.ts'
import { sentFrom } from './settings-message.ts'
import { demandWriter } from './writers.ts'

const FILE_MAX_BYTES = 25 * 1024 * 1024
const MENTION = /(?:^|[\s(])@([a-z0-9][a-z0-9._-]{1,31})/g

export async function sendMessage(
  context: Context,
  input: IntentInput<'message.send'>,
): Promise<{ clientId: ClientId }> {
  const { channelId, text } = input
  if (text.trim() === '' && input.files.length === 0) {
    throw new IntentError({ code: 'invalid-input', message: 'There is nothing to send yet.' })
  }
  const clientId = input.clientId ?? context.newClientId()
  if (isKnown(context, clientId)) return { clientId }
  const relation = relationOf(context, input)
  const files = await encryptAll(context, input.files)
  const words = { text, ...(files.length > 0 ? { files: files.map((file) => file.reference) } : {}) }
  queueMessage(context, {
    ...{ channelId, clientId, files, notify: mentioned(context, text) },
    content: { ...relation, ...words, ...sentFrom(context, channelId) },
  })
  return { clientId }
}

/** Why it is said where it is: as an answer in the channel or in a thread, or for its own sake. */
function relationOf(context: Context, { channelId, answers }: IntentInput<'message.send'>) {
  if (!answers) return { type: 'text' as const }
  const { to } = targetOf(context, channelId, answers.seq)
  if (answers.as === 'reply') return { type: 'reply' as const, to }
  return { type: 'thread' as const, to, inChannel: answers.inChannel ?? false }
}

interface SealedFile {
  reference: FileReference
  sealed: Uint8Array
}

async function encryptAll(context: Context, files: readonly OutgoingFile[]): Promise<SealedFile[]> {
  const sealed: SealedFile[] = []
  for (const file of files) sealed.push(await encryptOne(context, file))
  return sealed
}

interface NewMessage {
  channelId: ChannelId
  clientId: ClientId
  content: MessageContent
  files: readonly SealedFile[]
  notify: UserId[]
}

function queueMessage(context: Context, { channelId, clientId, content, files, notify }: NewMessage): void {
  demandWriter(context, channelId, content)
  const encoded = encodeFitting(content)
  context.database.transaction(() => {
    for (const { reference, sealed } of files) {
      saveUpload(context.database, { blobId: reference.blobId, clientId, channelId, bytes: sealed })
    }
    addToOutbox(context.database, {
      ...{ clientId, channelId, createdAt: context.now(), content: encoded },
      ...('to' in content ? { relatesTo: content.to.seq } : {}),
      ...(notify.length > 0 ? { notify } : {}),
    })
  })
  context.channelChanged(channelId)
  context.outboxChanged()
  context.poke(channelId)
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
  const opened: OutgoingFile[] = []
  for (const { blobId, width, height } of filesOf(said)) {
    const size = { ...(width ? { width } : {}), ...(height ? { height } : {}) }
    opened.push({ ...(await readFile(context, channelId, blobId)), ...size })
  }
  const files = await encryptAll(context, opened)
  const clientId = context.newClientId()
  const text = presentText(context, entry, said)
  const words = { text, ...(files.length > 0 ? { files: files.map((file) => file.reference) } : {}) }
  const content = { type: 'forward' as const, ...words, ...from, ...sentFrom(context, to) }
  queueMessage(context, { channelId: to, clientId, content, files, notify: [] })
  return { clientId }
}

/** Sent before, by a tab that did not hear of it. */
function isKnown(context: Context, clientId: ClientId): boolean {
  if (readOutboxItem(context.database, clientId)) return true
  return context.database.all('SELECT seq FROM entry WHERE client_id = ?', [clientId]).length > 0
}

type OutgoingFile = IntentInput<'message.send'>['files'][number]

async function encryptOne(context: Context, file: OutgoingFile): Promise<SealedFile> {
  if (file.bytes.length > FILE_MAX_BYTES) {
    throw new IntentError({ code: 'too-large', message: `“${file.name}” is larger than 25 MB.` })
  }
  const key = createFileKey(context.ports.random)
  const { sealed, hash } = await encryptFile(file.bytes, key)
  const reference: FileReference = {
    blobId: context.newId() as BlobId,
    name: shownFileName(file.name.slice(0, 255)),
    mediaType: file.mediaType.slice(0, 127),
    size: file.bytes.length,
    key,
    hash,
    ...(file.width ? { width: file.width } : {}),
    ...(file.height ? { height: file.height } : {}),
  }
  return { reference, sealed }
}

/** People named by @user-name: the server is told whom to notify, and nothing else of the text. */
function mentioned(context: Context, text: string): UserId[] {
  const names = new Set([...text.matchAll(MENTION)].map((match) => match[1]))
  if (names.size === 0) return []
  return readPeople(context.database)
    .filter((person) => names.has(person.userName))
    .map((person) => person.userId)
    .slice(0, 100)
}

export function retryMessage(context: Context, clientId: ClientId): void {
  const item = readOutboxItem(context.database, clientId)
  if (!item) return
  context.database.transaction(() => saveOutboxState(context.database, clientId, 'waiting'))
  context.channelChanged(item.channelId)
  context.outboxChanged()
  context.poke(item.channelId)
}

export function discardMessage(context: Context, clientId: ClientId): void {
  const item = readOutboxItem(context.database, clientId)
  if (!item) return
  context.database.transaction(() => removeFromOutbox(context.database, clientId))
  context.channelChanged(item.channelId)
  context.outboxChanged()
}

export async function redactMessage(context: Context, channelId: ChannelId, seq: number): Promise<void> {
  const target = readEntry(context.database, channelId, seq)
  if (!target) throw new IntentError({ code: 'not-found', message: 'This message is not here any more.' })
  const payload = await signRedaction(context.requireKeys().signature, orderOf(context, target))
  await context.ports.transport.call('log.redact', {
    channelId,
    clientId: context.newClientId(),
    seq,
    payload,
  })
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
    ...{
      channelId,
      seq,
      clientId,
      stood: content?.type === 'thread' && !content.inChannel ? 'thread' : 'channel',
    },
    ...(blobs.length > 0 ? { blobs } : {}),
    ...(edits.length > 0 ? { edits } : {}),
  }
}

/** Decrypts a file of a message, from the server or, while it is being sent, from the outbox. */
export async function readFile(context: Context, channelId: ChannelId, blobId: string) {
  const reference = findReference(context, channelId, blobId)
  if (!reference) throw new IntentError({ code: 'not-found', message: 'This file is not here any more.' })
  const sealed = readUploadBytes(context.database, blobId) ?? (await context.ports.transport.download(blobId))
  const bytes = await decryptFile(sealed, reference.key, reference.hash)
  return { bytes, mediaType: reference.mediaType, name: shownFileName(reference.name) }
}

/** The first message that names a file is its own: a later one may name it to give it another name, key or form. */
function findReference(context: Context, channelId: ChannelId, blobId: string): FileReference | undefined {
  const wanted = new TextEncoder().encode(blobId)
  const rows = [
    ...context.database.all('SELECT content FROM outbox WHERE channel_id = ? AND instr(content, ?) > 0', [
      channelId,
      wanted,
    ]),
    ...context.database.all(
      "SELECT content FROM entry WHERE channel_id = ? AND state = 'clear' AND instr(content, ?) > 0 ORDER BY seq",
      [channelId, wanted],
    ),
  ]
  for (const row of rows) {
    const content = knownContent(row['content'] as Uint8Array)
    const found = filesOf(content).find((file) => file.blobId === blobId)
    if (found) return found
  }
  return undefined
}
