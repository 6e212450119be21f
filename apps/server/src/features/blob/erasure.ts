/**
 * Erasing blobs (SPEC.md, BLB-6). Rows go in a transaction, files after its commit: a file without a row is unreachable,
 * while a row without a file would be a promise that is not kept.
 */
import type { BlobId, UserId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'

/** How long an upload may stand still in the middle. */
const UNFINISHED_MAX_AGE_MS = 24 * 60 * 60 * 1000

/** A user's uploads that were never finished. The files are the caller's to remove, after the commit. */
export async function eraseUnfinished(
  transaction: TransactionSql,
  userId: UserId,
  now: number,
): Promise<BlobId[]> {
  const rows = await transaction<{ blobId: BlobId }[]>`
    delete from blob where user_id = ${userId} and received < size and created_at < ${now - UNFINISHED_MAX_AGE_MS}
    returning blob_id as "blobId"`
  return rows.map(({ blobId }) => blobId)
}
