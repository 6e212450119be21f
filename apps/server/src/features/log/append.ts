/**
 * The write path of every log (SPEC.md, LOG-*): one entry after another, under the channel's row lock, each hashed onto
 * the one before. Nothing else writes log_entry but known-end.ts, for messages that nothing speaks against, and redactions,
 * which erase a payload.
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
import { hash } from 'node:crypto'
import type { TransactionSql } from 'postgres'
import { plainBytes } from '../stored-bytes.ts'
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

/** Node's own takes an eighth of the time of what runs everywhere. */
function sha256(bytes: Uint8Array): Uint8Array {
  return plainBytes(hash('sha256', bytes, 'buffer'))
}

function placed({ channelId, seq, head }: LogEnd, entry: NewEntry): Entry {
  const { sender, relatesTo, notify, ...rest } = entry
  const place = { channelId, seq: seq + 1, ...rest }
  const payloadHash = hashPayload(entry.payload, sha256)
  const header = { ...place, sender: sender?.deviceId ?? null, relatesTo, notify }
  return {
    ...place,
    ...(sender ? { sender: sender.deviceId, senderUser: sender.userId } : {}),
    ...(relatesTo === undefined ? {} : { relatesTo }),
    ...(notify === undefined ? {} : { notify }),
    payloadHash,
    head: nextHead(head, header, payloadHash, sha256),
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

/** What the entries are in their places, one after another (LOG-1). */
export function placeEntries(end: LogEnd, added: readonly NewEntry[]): Entry[] {
  let last = end
  return added.map((entry) => {
    const next = placed(last, entry)
    last = next
    return next
  })
}

/** Gives the entries their places. Durable, and to be told to others, once the caller's transaction has committed. */
export async function appendEntries(
  transaction: TransactionSql,
  end: LogEnd,
  added: readonly NewEntry[],
): Promise<Entry[]> {
  const entries = placeEntries(end, added)
  const last = entries.at(-1)
  if (!last) return entries
  await Promise.all([
    ...entries.map((entry) => insert(transaction, entry)),
    transaction`update channel set seq = ${last.seq}, head = ${last.head} where channel_id = ${end.channelId}`,
  ])
  return entries
}

export async function appendEntry(transaction: TransactionSql, end: LogEnd, added: NewEntry): Promise<Entry> {
  const [entry] = await appendEntries(transaction, end, [added])
  return entry!
}

export interface Placed {
  readonly seq: Seq
  readonly head: Uint8Array
  readonly at: Milliseconds
}

export function placeOf({ seq, head, at }: Placed): Placed {
  return { seq, head, at }
}

interface PlacedRow {
  readonly sender: DeviceId
  readonly clientId: ClientId
  readonly seq: Seq
  readonly head: Buffer
  readonly at: Milliseconds
}

/** What devices have sent under these clientIds before: a retry gets the same answer, never a second entry (LOG-6). */
export async function findAllPlaced(
  sql: Query,
  channelId: ChannelId,
  sent: readonly (readonly [DeviceId, ClientId])[],
): Promise<(Placed & { readonly sender: DeviceId; readonly clientId: ClientId })[]> {
  const [devices, clientIds] = [sent.map(([device]) => device), sent.map(([, clientId]) => clientId)]
  const rows = await sql<PlacedRow[]>`
    select sender, client_id as "clientId", seq::float8 as seq, head, at::float8 as at from log_entry
    where channel_id = ${channelId}
      and (sender, client_id) in (select * from unnest(${devices}::uuid[], ${clientIds}::uuid[]))`
  return rows.map((row) => ({ ...row, head: plainBytes(row.head) }))
}

export async function findPlaced(
  sql: Query,
  channelId: ChannelId,
  sender: DeviceId,
  clientId: ClientId,
): Promise<Placed | undefined> {
  const [row] = await findAllPlaced(sql, channelId, [[sender, clientId]])
  return row && placeOf(row)
}
