/**
 * The write path of every log (SPEC.md, LOG-*): one entry after another, under the channel's row lock, each hashed onto
 * the one before. Nothing else writes log_entry but redactions, which erase a payload.
 */
import { hashPayload, nextHead } from '@reforms/crypto/public'
import type {
  ChannelId,
  ClientId,
  DeviceId,
  Entry,
  Epoch,
  Generation,
  Milliseconds,
  Seq,
  UserId,
} from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Query } from '../transaction.ts'

/** An entry that has no place yet. */
export interface NewEntry {
  readonly kind: Entry['kind']
  readonly generation: Generation
  readonly epoch: Epoch
  /** Absent in a notice. */
  readonly sender?: { readonly deviceId: DeviceId; readonly userId: UserId } | undefined
  readonly clientId: ClientId
  readonly relatesTo?: Seq | undefined
  readonly notify?: UserId[] | undefined
  readonly at: Milliseconds
  readonly payload: Uint8Array
}

/** Where a log ends; its channel's row is locked by the caller. */
export interface LogEnd {
  readonly channelId: ChannelId
  readonly seq: Seq
  readonly head: Uint8Array
}

function placed({ channelId, seq, head }: LogEnd, entry: NewEntry): Entry {
  const { sender, relatesTo, notify, ...rest } = entry
  const place = { channelId, seq: seq + 1, ...rest }
  const payloadHash = hashPayload(entry.payload)
  const header = { ...place, sender: sender?.deviceId ?? null, relatesTo, notify }
  return {
    ...place,
    ...(sender ? { sender: sender.deviceId, senderUser: sender.userId } : {}),
    ...(relatesTo === undefined ? {} : { relatesTo }),
    ...(notify === undefined ? {} : { notify }),
    payloadHash,
    head: nextHead(head, header, payloadHash),
  }
}

function insert(transaction: TransactionSql, entry: Entry) {
  return transaction`
    insert into log_entry (channel_id, seq, kind, generation, epoch, sender, sender_user, client_id, relates_to,
      notify, at, payload, payload_hash, head)
    values (${entry.channelId}, ${entry.seq}, ${entry.kind}, ${entry.generation}, ${entry.epoch},
      ${entry.sender ?? null}, ${entry.senderUser ?? null}, ${entry.clientId}, ${entry.relatesTo ?? null},
      ${entry.notify ?? null}::uuid[], ${entry.at}, ${entry.payload ?? null}, ${entry.payloadHash}, ${entry.head})`
}

/** Gives the entry its place. Durable, and to be told to others, once the caller's transaction has committed. */
export async function appendEntry(transaction: TransactionSql, end: LogEnd, entry: NewEntry): Promise<Entry> {
  const next = placed(end, entry)
  await Promise.all([
    insert(transaction, next),
    transaction`update channel set seq = ${next.seq}, head = ${next.head} where channel_id = ${end.channelId}`,
  ])
  return next
}

export interface Placed {
  readonly seq: Seq
  readonly head: Uint8Array
  readonly at: Milliseconds
}

export function placeOf({ seq, head, at }: Placed): Placed {
  return { seq, head, at }
}

/** What a device has sent under this clientId before: a retry gets the same answer, never a second entry. */
export async function findPlaced(
  sql: Query,
  channelId: ChannelId,
  sender: DeviceId,
  clientId: ClientId,
): Promise<Placed | undefined> {
  const [row] = await sql<{ seq: Seq; head: Buffer; at: Milliseconds }[]>`
    select seq::float8 as seq, head, at::float8 as at from log_entry
    where channel_id = ${channelId} and sender = ${sender} and client_id = ${clientId}`
  return row && { ...row, head: new Uint8Array(row.head) }
}
