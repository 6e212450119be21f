/** A commit of ours that was sent, or is about to be, with the state that it leads to (CRYPTO.md, rule 3). */
import { decodeEpochRecord, encodeEpochRecord, type EpochRecord } from '@reforms/crypto'
import { decodeCbor, encodeCbor, type ChannelId, type ClientId } from '@reforms/protocol'
import type { Database } from '../../ports.ts'

export type CommitRequest =
  | {
      operation: 'log.commit'
      payload: Uint8Array
      groupInfo: Uint8Array
      welcome?: { payload: Uint8Array; devices: string[] }
      external: boolean
      /** People who were not in before: they are told the channel's name again. */
      newcomers: boolean
    }
  | {
      operation: 'log.found'
      payload: Uint8Array
      groupInfo: Uint8Array
      tree: Uint8Array
      newcomers: boolean
    }

export interface PendingCommit {
  channelId: ChannelId
  clientId: ClientId
  /** Of the epoch that the commit ends; for a founding, the new generation and epoch 0. */
  generation: number
  epoch: number
  request: CommitRequest
  groupState: Uint8Array
  record: EpochRecord
}

export function readPendingCommit(database: Database, channelId: ChannelId): PendingCommit | undefined {
  const row = database.all('SELECT * FROM pending_commit WHERE channel_id = ?', [channelId])[0]
  if (!row) return undefined
  return {
    channelId,
    clientId: row['client_id'] as ClientId,
    generation: Number(row['generation']),
    epoch: Number(row['epoch']),
    request: decodeCbor(row['request'] as Uint8Array) as CommitRequest,
    groupState: row['group_state'] as Uint8Array,
    record: decodeEpochRecord(row['record'] as Uint8Array),
  }
}

export function savePendingCommit(database: Database, pending: PendingCommit): void {
  database.run('INSERT OR REPLACE INTO pending_commit VALUES (?, ?, ?, ?, ?, ?, ?)', [
    pending.channelId,
    pending.clientId,
    pending.generation,
    pending.epoch,
    encodeCbor(pending.request),
    pending.groupState,
    encodeEpochRecord(pending.record),
  ])
}

export function removePendingCommit(database: Database, channelId: ChannelId): void {
  database.run('DELETE FROM pending_commit WHERE channel_id = ?', [channelId])
}
