/** Sending from the outbox: in order, one at a time for each channel, each under its own clientId until the log has it. */
import { encryptMessage, knownContent } from '@reforms/crypto'
import { ERRORS, ProtocolError, type ChannelId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readChannel, type ChannelRow } from '../tables/channels.ts'
import { readEntry } from '../tables/entries.ts'
import { readEpoch } from '../tables/epochs.ts'
import { readNextToSend, removeFromOutbox, saveOutboxState, type OutboxItem } from '../tables/outbox.ts'
import { markUploaded, readUploads } from '../tables/uploads.ts'

/**
 * `sent`: the log has it. `behind`: catch up and try again. `removal`: take the turn first. `unproven`: there is a leaf that
 * nobody signed for. `failed`: shown to the user.
 */
export type SendOutcome = 'nothing' | 'sent' | 'behind' | 'removal' | 'unproven' | 'failed'

export async function sendNext(context: Context, channelId: ChannelId): Promise<SendOutcome> {
  const row = readChannel(context.database, channelId)
  const item = readNextToSend(context.database, channelId)
  if (!item || !row) return 'nothing'
  if (isSaidAlready(row, item) || changesNothing(context, item)) return drop(context, item)
  if (!context.proofs.isProven(row) && !(await context.proofs.prove(context, row))) return 'unproven'
  setState(context, item, 'sending')
  try {
    await uploadFiles(context, item)
    return await append(context, row, item)
  } catch (error) {
    if (!(error instanceof ProtocolError)) {
      setState(context, item, 'waiting')
      throw error
    }
    return await judge(context, item, error)
  }
}

/** A name that was to be said again for newcomers, and that another member has said meanwhile. */
function isSaidAlready(row: ChannelRow, { content }: OutboxItem): boolean {
  const decoded = knownContent(content)
  if (decoded?.type !== 'settings' || row.nameSeq <= decoded.sent.seq) return false
  return row.name === decoded.name && row.topic === decoded.topic
}

/** An edit of a message that was erased meanwhile would only leave on the server what was to be gone (REL-7). */
function changesNothing({ database }: Context, { channelId, content }: OutboxItem): boolean {
  const decoded = knownContent(content)
  return decoded?.type === 'edit' && readEntry(database, channelId, decoded.to.seq)?.state === 'erased'
}

function drop(context: Context, { channelId, clientId }: OutboxItem): SendOutcome {
  context.database.transaction(() => removeFromOutbox(context.database, clientId))
  context.channelChanged(channelId)
  return 'sent'
}

function setState(context: Context, item: OutboxItem, state: OutboxItem['state'], problem?: string): void {
  context.database.transaction(() => saveOutboxState(context.database, item.clientId, state, problem))
  context.watches.changed(`timeline:${item.channelId}`)
}

async function append(context: Context, row: ChannelRow, item: OutboxItem): Promise<SendOutcome> {
  const record = readEpoch(context.database, row.channelId, row.generation, row.epoch)
  const keys = context.requireKeys()
  if (!record) return 'behind'
  const payload = await encryptMessage(
    {
      epochSecret: record.secret,
      epochId: record.epochId,
      channelId: row.channelId,
      generation: row.generation,
      deviceId: keys.deviceId,
      clientId: item.clientId,
      relatesTo: item.relatesTo,
      notify: item.notify,
      content: item.content,
      signatureKey: keys.signature,
    },
    context.ports.random,
  )
  await context.ports.transport.call('log.append', {
    channelId: row.channelId,
    clientId: item.clientId,
    generation: row.generation,
    epoch: row.epoch,
    ...(item.relatesTo === undefined ? {} : { relatesTo: item.relatesTo }),
    ...(item.notify ? { notify: item.notify } : {}),
    payload,
  })
  return 'sent'
}

async function judge(context: Context, item: OutboxItem, error: ProtocolError): Promise<SendOutcome> {
  if (error.code === 'stale-epoch') return 'behind'
  if (error.code === 'removal-pending') return 'removal'
  if (ERRORS[error.code].retryable) {
    setState(context, item, 'waiting')
    throw error
  }
  if (await isOnlyAway(context, item, error)) return 'behind'
  // Nobody waits for a reaction or a pin to be tried again: it is simply not there.
  const type = knownContent(item.content)?.type
  if (type === 'reaction' || type === 'pin') return drop(context, item)
  setState(context, item, 'failed', error.message)
  context.outboxChanged()
  return 'failed'
}

/** Without a leaf for the moment, as while a new generation begins: what waits is sent once this device is in again. */
async function isOnlyAway(context: Context, item: OutboxItem, error: ProtocolError): Promise<boolean> {
  if (error.code !== 'forbidden' && error.code !== 'not-found') return false
  await context.refreshChannel(item.channelId)
  const place = readChannel(context.database, item.channelId)?.place
  if (place !== 'member' && place !== 'joining') return false
  setState(context, item, 'waiting')
  return true
}

/** The files of a message go up before it does; what is there already is asked for, not sent again (BLB-3). */
async function uploadFiles(context: Context, item: OutboxItem): Promise<void> {
  for (const { blobId, bytes } of readUploads(context.database, item.clientId)) {
    const { transport } = context.ports
    const { offset } = await transport.call('blob.create', {
      blobId,
      channelId: item.channelId,
      size: bytes.length,
    })
    if (offset < bytes.length) await transport.upload(blobId, offset, bytes.subarray(offset))
    context.database.transaction(() => markUploaded(context.database, blobId))
  }
}
