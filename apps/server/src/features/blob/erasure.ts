/**
 * Erasing blobs (SPEC.md, BLB-6). Rows go in a transaction, files after its commit: a file without a row is unreachable
 * (and swept: sweep.ts), while a row without a file would be a promise that is not kept.
 */
import type { BlobId, ChannelId, UserId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Services } from '../../ports/call.ts'
import { removeFiles } from './file.ts'

/** How long an upload may stand still in the middle: one that goes on is kept, however long it takes. */
const UNFINISHED_MAX_AGE_MS = 24 * 60 * 60 * 1000

/** A user's uploads that were never finished. The files are the caller's to remove, after the commit. */
export async function eraseUnfinished(
  transaction: TransactionSql,
  userId: UserId,
  now: number,
): Promise<BlobId[]> {
  const rows = await transaction<{ blobId: BlobId }[]>`
    delete from blob where user_id = ${userId} and received < size 
      and coalesce(progressed_at, created_at) < ${now - UNFINISHED_MAX_AGE_MS}
    returning blob_id as "blobId"`
  return rows.map(({ blobId }) => blobId)
}

/** The same for everybody, as the program does it every hour. */
export async function eraseStandingStill({ sql, blobFolder, clock }: Services): Promise<void> {
  const rows = await sql<{ blobId: BlobId }[]>`
    delete from blob
    where received < size and coalesce(progressed_at, created_at) < ${clock() - UNFINISHED_MAX_AGE_MS}
    returning blob_id as "blobId"`
  await removeFiles(
    blobFolder,
    rows.map(({ blobId }) => blobId),
  )
}

/** The blobs that a redaction names: those of its message's author in its channel. The files as above. */
export async function eraseNamed(
  transaction: TransactionSql,
  { channelId, userId }: { readonly channelId: ChannelId; readonly userId: UserId },
  blobIds: readonly BlobId[],
): Promise<BlobId[]> {
  const rows = await transaction<{ blobId: BlobId }[]>`
    delete from blob
    where channel_id = ${channelId} and user_id = ${userId} and blob_id = any(${[...blobIds]}::uuid[])
    returning blob_id as "blobId"`
  return rows.map(({ blobId }) => blobId)
}

/** The finished blobs of a channel from before a time: their messages are erased too (LOG-19). The files as above. */
export async function eraseOlder(
  transaction: TransactionSql,
  channelId: ChannelId,
  before: number,
): Promise<BlobId[]> {
  const rows = await transaction<{ blobId: BlobId }[]>`
    delete from blob
    where channel_id = ${channelId} and received = size and coalesce(progressed_at, created_at) < ${before}
    returning blob_id as "blobId"`
  return rows.map(({ blobId }) => blobId)
}

/** After the commit. */
export async function removeErased({ blobFolder }: Services, blobIds: readonly BlobId[]): Promise<void> {
  await removeFiles(blobFolder, blobIds)
}
