/** What the user sends: into the outbox at once, with its files encrypted, whether there is a connection or not. SPEC.md, ENG-10. */
import {
  createFileKey,
  decryptFile,
  encodeContent,
  encryptFile,
  knownContent,
  signRedaction,
  type FileReference,
} from '@reforms/crypto'
import { limits, type BlobId, type ChannelId, type ClientId, type UserId } from '@reforms/protocol'
import { IntentError, type IntentInput } from '../../engine-api.ts'
import type { Context } from '../context.ts'
import { shownFileName } from '../file-name.ts'
import { readEntry } from '../tables/entries.ts'
import { addToOutbox, readOutboxItem, removeFromOutbox, saveOutboxState } from '../tables/outbox.ts'
import { readPeople } from '../tables/people.ts'
import { readUploadBytes, saveUpload } from '../tables/uploads.ts'
import { sentFrom } from './settings-message.ts'

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
  const files: { reference: FileReference; sealed: Uint8Array }[] = []
  for (const file of input.files) files.push(await encryptOne(context, file))
  const content = encodeContent({
    type: 'text',
    text,
    ...(files.length > 0 ? { files: files.map((file) => file.reference) } : {}),
    ...sentFrom(context, channelId),
  })
  if (content.length > limits.PAYLOAD_MAX_BYTES / 2) {
    throw new IntentError({
      code: 'too-large',
      message: 'This message is too long. Send it in parts, or as a file.',
    })
  }
  const notify = mentioned(context, text)
  context.database.transaction(() => {
    for (const { reference, sealed } of files) {
      saveUpload(context.database, { blobId: reference.blobId, clientId, channelId, bytes: sealed })
    }
    const createdAt = context.now()
    addToOutbox(context.database, {
      clientId,
      channelId,
      createdAt,
      content,
      ...(notify.length > 0 ? { notify } : {}),
    })
  })
  context.channelChanged(channelId)
  context.outboxChanged()
  context.poke(channelId)
  return { clientId }
}

/** Sent before, by a tab that did not hear of it. */
function isKnown(context: Context, clientId: ClientId): boolean {
  if (readOutboxItem(context.database, clientId)) return true
  return context.database.all('SELECT seq FROM entry WHERE client_id = ?', [clientId]).length > 0
}

async function encryptOne(
  context: Context,
  file: IntentInput<'message.send'>['files'][number],
): Promise<{ reference: FileReference; sealed: Uint8Array }> {
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

/** The files of a message, which only its readers know: they go with it (BLB-6). */
function blobsOf(encoded: Uint8Array | undefined): BlobId[] {
  const content = encoded && knownContent(encoded)
  return content?.type === 'text' ? (content.files ?? []).map((file) => file.blobId) : []
}

export async function redactMessage(context: Context, channelId: ChannelId, seq: number): Promise<void> {
  const target = readEntry(context.database, channelId, seq)
  if (!target) throw new IntentError({ code: 'not-found', message: 'This message is not here any more.' })
  const keys = context.requireKeys()
  const blobs = blobsOf(target.content)
  const order = { channelId, seq, clientId: target.clientId, ...(blobs.length > 0 ? { blobs } : {}) }
  const payload = await signRedaction(keys.signature, order)
  await context.ports.transport.call('log.redact', {
    channelId,
    clientId: context.newClientId(),
    seq,
    payload,
  })
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
    const found = content?.type === 'text' ? content.files?.find((file) => file.blobId === blobId) : undefined
    if (found) return found
  }
  return undefined
}
