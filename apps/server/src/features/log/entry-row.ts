/** Entries as PostgreSQL keeps them, and as the protocol has them. */
import type { ChannelId, ClientId, DeviceId, Entry, UserId } from '@reforms/protocol'
import { plainBytes } from '../stored-bytes.ts'
import type { Query } from '../transaction.ts'

/** What one answer may carry of payloads: a frame holds no more. */
export const ANSWER_MAX_BYTES = 8 * 1024 * 1024

export interface EntryRow {
  readonly channelId: ChannelId
  readonly seq: number
  readonly kind: Entry['kind']
  readonly generation: number
  readonly epoch: number
  readonly sender: DeviceId | null
  readonly senderUser: UserId | null
  readonly clientId: ClientId
  readonly relatesTo: number | null
  readonly notify: UserId[] | null
  readonly at: number
  readonly payload: Buffer | null
  readonly payloadHash: Buffer
  readonly head: Buffer
}

/** The columns of an EntryRow. */
export function entryColumns(sql: Query) {
  return sql`channel_id as "channelId", seq::float8 as seq, kind, generation::float8 as generation,
    epoch::float8 as epoch, sender, sender_user as "senderUser", client_id as "clientId",
    relates_to::float8 as "relatesTo", notify, at::float8 as at, payload, payload_hash as "payloadHash", head`
}

export function entryOf(row: EntryRow): Entry {
  const { sender, senderUser, relatesTo, notify, payload, payloadHash, head, ...place } = row
  return {
    ...place,
    payloadHash: plainBytes(payloadHash),
    head: plainBytes(head),
    ...(sender === null ? {} : { sender }),
    ...(senderUser === null ? {} : { senderUser }),
    ...(relatesTo === null ? {} : { relatesTo }),
    ...(notify === null ? {} : { notify }),
    ...(payload === null ? {} : { payload: plainBytes(payload) }),
  }
}
