/** Sending from the outbox: in order, one at a time for each channel, each under its own clientId until the log has it. */
import { encryptMessage, knownContent, type EpochRecord } from '@reforms/crypto'
import { ERRORS, ProtocolError, type ChannelId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readAbout } from '../tables/about.ts'
import { readChannel, type ChannelRow } from '../tables/channels.ts'
import { isInLog, readEntry } from '../tables/entries.ts'
import { readEpoch } from '../tables/epochs.ts'
import { readToSend, removeFromOutbox, saveOutboxState, type OutboxItem } from '../tables/outbox.ts'
import { hasUploads, markUploaded, readUploads } from '../tables/uploads.ts'

/**
 * `sent`: the log has it. `behind`: catch up and try again. `removal`: take the turn first. `unproven`: there is a leaf that
 * nobody signed for. `failed`: shown to the user.
 */
export type SendOutcome = 'nothing' | 'sent' | 'behind' | 'removal' | 'unproven' | 'failed'

/** So many messages may follow each other before anything else in the channel is looked at. */
const BURST_MAX = 50

/**
 * Sends what waits, one after the other, each once the log has the one before: a burst pays one round trip a message, and comes
 * back together. `mayGoOn` is asked after each.
 */
export async function sendNext(
  context: Context,
  channelId: ChannelId,
  mayGoOn: () => boolean = () => true,
): Promise<SendOutcome> {
  const row = readChannel(context.database, channelId)
  const [item, ...others] = readToSend(context.database, channelId, BURST_MAX)
  if (!item || !row) return 'nothing'
  if (isNeedless(context, row, item)) return drop(context, item)
  if (!context.proofs.isProven(row) && !(await context.proofs.prove(context, row))) return 'unproven'
  const record = readEpoch(context.database, channelId, row.generation, row.epoch)
  if (!record) return 'behind'
  const end = others.findIndex((other) => standsAlone(context, row, other))
  const burst = [item, ...(end === -1 ? others : others.slice(0, end))]
  return sendBurst(context, { row, record }, burst, mayGoOn)
}

/** What has to go up before it, or may have become needless, begins a burst of its own. */
function standsAlone(context: Context, row: ChannelRow, item: OutboxItem): boolean {
  return hasUploads(context.database, item.clientId) || isNeedless(context, row, item)
}

interface Place {
  row: ChannelRow
  record: EpochRecord
}

async function sendBurst(
  context: Context,
  place: Place,
  burst: readonly OutboxItem[],
  mayGoOn: () => boolean,
): Promise<SendOutcome> {
  const first = burst[0] as OutboxItem
  const hasFiles = hasUploads(context.database, first.clientId)
  if (hasFiles) setStates(context, burst, 'sending')
  let at = 0
  try {
    if (hasFiles) await uploadFiles(context, first)
    let next = encrypt(context, place, first)
    for (; at < burst.length; at += 1) {
      const [item, following] = [burst[at] as OutboxItem, burst[at + 1]]
      const answer = append(context, place.row, item, await next)
      // On its way, before it is noted here: to write takes longer than to encrypt.
      if (at === 0 && !hasFiles) setStates(context, burst, 'sending')
      if (following) next = encrypt(context, place, following)
      await answer
      if (!mayGoOn()) break
    }
    setStates(context, burst.slice(at + 1), 'waiting')
    return 'sent'
  } catch (error) {
    const refused = error instanceof ProtocolError
    setStates(context, burst.slice(refused ? at + 1 : at), 'waiting')
    if (!refused) throw error
    return await judge(context, burst[at] as OutboxItem, error)
  }
}

/** What the log has made needless while it waited. */
function isNeedless(context: Context, row: ChannelRow, item: OutboxItem): boolean {
  const { channelId, clientId, content } = item
  const decoded = knownContent(content)
  const userId = context.requireKeys().userId
  // What was to be sent later, and another device has sent while this one was away (OWN-15).
  if (isInLog(context.database, { channelId, clientId, userId })) return true
  switch (decoded?.type) {
    case 'settings':
      // A name that was to be said again for newcomers, and that another member has said meanwhile.
      return row.nameSeq > decoded.sent.seq && row.name === decoded.name && row.topic === decoded.topic
    case 'about': {
      const about = readAbout(context.database, channelId)
      const same = about?.description === decoded.description && about.writers === decoded.writers
      return same && about.seq > decoded.sent.seq
    }
    case 'edit':
      // Of a message that was erased meanwhile: it would only leave on the server what was to be gone (REL-7).
      return readEntry(context.database, channelId, decoded.to.seq)?.state === 'erased'
    default:
      return false
  }
}

function drop(context: Context, { channelId, clientId }: OutboxItem): SendOutcome {
  context.database.transaction(() => removeFromOutbox(context.database, clientId))
  context.channelChanged(channelId)
  return 'sent'
}

function setState(context: Context, item: OutboxItem, state: OutboxItem['state'], problem?: string): void {
  setStates(context, [item], state, problem)
}

function setStates(
  context: Context,
  items: readonly OutboxItem[],
  state: OutboxItem['state'],
  problem?: string,
): void {
  const [first] = items
  if (!first) return
  context.database.transaction(() => {
    for (const { clientId } of items) saveOutboxState(context.database, clientId, state, problem)
  })
  context.watches.changed(`timeline:${first.channelId}`)
}

function encrypt(context: Context, { row, record }: Place, item: OutboxItem): Promise<Uint8Array> {
  const keys = context.requireKeys()
  return encryptMessage(
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
}

async function append(
  context: Context,
  row: ChannelRow,
  item: OutboxItem,
  payload: Uint8Array,
): Promise<void> {
  await context.ports.transport.call('log.append', {
    channelId: row.channelId,
    clientId: item.clientId,
    generation: row.generation,
    epoch: row.epoch,
    ...(item.relatesTo === undefined ? {} : { relatesTo: item.relatesTo }),
    ...(item.notify ? { notify: item.notify } : {}),
    payload,
  })
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
  // Only moderators write there now: to come in again would change nothing.
  if (error.detail?.['reason'] === 'writers') return false
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
