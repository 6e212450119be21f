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

/** Node's own takes a twentieth of the time of what runs everywhere; asked for a Buffer, it takes thrice as long. */
function sha256(bytes: Uint8Array): Uint8Array {
  const letters = hash('sha256', bytes, 'binary')
  const digest = new Uint8Array(letters.length)
  for (let index = 0; index < digest.length; index += 1) digest[index] = letters.charCodeAt(index)
  return digest
}

/** Written out: every message takes it, and to take objects apart and put them together took longer than all the rest of it. */
function placed({ channelId, seq: before, head }: LogEnd, entry: NewEntry): Entry {
  const { kind, generation, epoch, sender, clientId, relatesTo, notify, at, payload } = entry
  const seq = before + 1
  const payloadHash = hashPayload(payload, sha256)
  const deviceId = sender?.deviceId ?? null
  const header = {
    channelId,
    seq,
    kind,
    generation,
    epoch,
    sender: deviceId,
    clientId,
    relatesTo,
    notify,
    at,
  }
  const next = nextHead(head, header, payloadHash, sha256)
  const made: Entry = {
    channelId,
    seq,
    kind,
    generation,
    epoch,
    clientId,
    at,
    payload,
    payloadHash,
    head: next,
  }
  if (sender) {
    made.sender = sender.deviceId
    made.senderUser = sender.userId
  }
  if (relatesTo !== undefined) made.relatesTo = relatesTo
  if (notify !== undefined) made.notify = notify
  return made
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
