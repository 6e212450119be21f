/**
 * log.redact: a signed order erases an entry's payload; its place and its payload's hash stay, so the chain holds
 * (SPEC.md, LOG-9, LOG-14, BLB-6). The author's own devices and the policy's moderators may.
 */
import { verifyRedaction, type Redaction, type RedactionWithEdits } from '@reforms/crypto/public'
import {
  ProtocolError,
  type BlobId,
  type ChannelId,
  type ClientId,
  type Entry,
  type Input,
  type Seq,
  type UserId,
} from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers, Services } from '../../ports/call.ts'
import { deviceCallerOf, type DeviceCaller } from '../caller.ts'
import { eraseNamed, removeErased } from '../blob/erasure.ts'
import { lockChannel, type LockedChannel } from '../channel/locked-channel.ts'
import { channelStanding } from '../channel/standing.ts'
import { refusedAs } from '../refusals.ts'
import { plainBytes } from '../stored-bytes.ts'
import { inTransaction } from '../transaction.ts'
import { appendEntry, findPlaced, placeOf, type Placed } from './append.ts'

type Order = Input<'log.redact'>

interface Target {
  readonly clientId: ClientId
  readonly senderUser: UserId
  readonly erased: boolean
}

/** Only messages are erased: commits are what the group is made of. Throws 'not-found'. */
async function readTarget(transaction: TransactionSql, channelId: ChannelId, seq: Seq): Promise<Target> {
  const [row] = await transaction<Target[]>`
    select client_id as "clientId", sender_user as "senderUser", payload is null as erased from log_entry
    where channel_id = ${channelId} and seq = ${seq} and kind = 'message'`
  if (!row) throw new ProtocolError('not-found')
  return row
}

/** The order, once checked. Throws 'forbidden' without a leaf that stays, and 'bad-signature'. */
async function checkOrder(
  transaction: TransactionSql,
  { channelId, seq, payload }: Order,
  { deviceId }: DeviceCaller,
  target: Target,
): Promise<Redaction | RedactionWithEdits> {
  const [leaf] = await transaction<{ signatureKey: Buffer }[]>`
    select signature_key as "signatureKey" from live_leaf
    where channel_id = ${channelId} and device_id = ${deviceId}`
  if (!leaf) throw new ProtocolError('forbidden', { reason: 'device-not-in' })
  const order = await refusedAs('bad-signature', () =>
    verifyRedaction(plainBytes(leaf.signatureKey), payload),
  )
  const fits = order.channelId === channelId && order.seq === seq && order.clientId === target.clientId
  if (!fits) throw new ProtocolError('bad-signature', { reason: 'wrong-subject' })
  return order
}

async function findRedaction(
  transaction: TransactionSql,
  channelId: ChannelId,
  seq: Seq,
): Promise<Placed | undefined> {
  const [row] = await transaction<{ seq: Seq; head: Buffer; at: number }[]>`
    select seq::float8 as seq, head, at::float8 as at from log_entry
    where channel_id = ${channelId} and relates_to = ${seq} and kind = 'redaction' order by seq limit 1`
  return row && { ...row, head: plainBytes(row.head) }
}

/** The edits that an order names, as far as they are edits of its message by the same author, go with it (REL-7). */
async function eraseEdits(
  transaction: TransactionSql,
  { channelId, seq, senderUser }: { channelId: ChannelId; seq: Seq; senderUser: UserId },
  order: Redaction | RedactionWithEdits,
): Promise<void> {
  const edits = 'stood' in order ? (order.edits ?? []) : []
  if (edits.length === 0) return
  await transaction`
    update log_entry as entry set payload = null
    from unnest(${edits.map((edit) => edit.seq)}::bigint[], ${edits.map((edit) => edit.clientId)}::uuid[]) as named (seq, client_id)
    where entry.channel_id = ${channelId} and entry.seq = named.seq and entry.client_id = named.client_id
      and entry.kind = 'message' and entry.relates_to = ${seq} and entry.sender_user = ${senderUser}`
}

async function erase(
  transaction: TransactionSql,
  { generation, epoch, ...channel }: LockedChannel,
  { seq, clientId, payload }: Order,
  { caller, services }: { caller: DeviceCaller; services: Services },
): Promise<Entry> {
  await transaction`
    update log_entry set payload = null where channel_id = ${channel.channelId} and seq = ${seq}`
  const sent = { kind: 'redaction', generation, epoch, clientId, payload, at: services.clock() } as const
  return appendEntry(transaction, channel, { ...sent, relatesTo: seq, sender: caller })
}

interface Redacted {
  readonly entry: Entry
  /** Whose files are to be removed after the commit. */
  readonly blobIds: BlobId[]
}

async function redactOnce(
  transaction: TransactionSql,
  order: Order,
  context: { caller: DeviceCaller; services: Services },
): Promise<Redacted | { readonly earlier: Placed }> {
  const { channelId, seq, clientId } = order
  const { caller } = context
  const channel = await lockChannel(transaction, channelId)
  const earlier = await findPlaced(transaction, channelId, caller.deviceId, clientId)
  if (earlier) return { earlier }
  const target = await readTarget(transaction, channelId, seq)
  const standing = await channelStanding(transaction, channelId, caller)
  // Whom the policy does not name no client would follow, and would call the entry withheld.
  if (target.senderUser !== caller.userId && !standing.named) throw new ProtocolError('forbidden')
  const named = await checkOrder(transaction, order, caller, target)
  const done = target.erased ? await findRedaction(transaction, channelId, seq) : undefined
  if (done) return { earlier: done }
  const { senderUser } = target
  const blobIds = await eraseNamed(transaction, { channelId, userId: senderUser }, named.blobs ?? [])
  await eraseEdits(transaction, { channelId, seq, senderUser }, named)
  return { entry: await erase(transaction, channel, order, context), blobIds }
}

export const redact: Handlers['log.redact'] = async (order, call) => {
  const { services } = call
  const caller = deviceCallerOf(call)
  const outcome = await inTransaction(services.sql, (transaction) =>
    redactOnce(transaction, order, { caller, services }),
  )
  if ('earlier' in outcome) return outcome.earlier
  services.bus.toChannel(order.channelId, { type: 'entry', entry: outcome.entry })
  await removeErased(services, outcome.blobIds)
  return placeOf(outcome.entry)
}
