/**
 * Files in the blob folder that no row names: of a process that was killed after it had erased rows, and before their files (BLB-7).
 * Announcing a blob and removing such files exclude each other (`claimNames`, `removeUnclaimed`): a blob that is announced anew
 * either is seen here, or finds its file gone before a byte of it is written.
 */
import type { BlobId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Services } from '../../ports/call.ts'
import { inTransaction, type Query } from '../transaction.ts'
import { listFiles, removeFiles } from './file.ts'

/** "reforms blobs"; shared by who announces, alone for who removes. */
const NAMES_LOCK = 0x5ef0_b10b
/** Time to notice that a server was started with the blobs of one organisation and the database of another. */
const UNCLAIMED_MIN_AGE_MS = 24 * 60 * 60 * 1000
const SWEEP_EVERY_MS = 24 * 60 * 60 * 1000

/** Within the transaction that makes a blob's row. */
export async function claimNames(transaction: TransactionSql): Promise<void> {
  await transaction`select pg_advisory_xact_lock_shared(${NAMES_LOCK})`
}

/** To be called now and then: it does something the first time, and again after a day. */
export function sweeper(services: Services): () => Promise<void> {
  let sweptAt = -Infinity
  return async () => {
    const now = services.clock()
    if (now - sweptAt < SWEEP_EVERY_MS) return
    sweptAt = now
    const removed = await sweep(services, now - UNCLAIMED_MIN_AGE_MS)
    if (removed > 0) services.log.info({ removed }, 'files of no blob were removed')
  }
}

async function sweep(services: Services, before: number): Promise<number> {
  let removed = 0
  for await (const blobIds of listFiles(services.blobFolder, before)) {
    if ((await unclaimedOf(services.sql, blobIds)).length === 0) continue
    removed += await inTransaction(services.sql, (transaction) =>
      removeUnclaimed(transaction, services.blobFolder, blobIds),
    )
  }
  return removed
}

/** Asks again, now that nobody can announce one of them. */
async function removeUnclaimed(
  transaction: TransactionSql,
  blobFolder: string,
  blobIds: readonly BlobId[],
): Promise<number> {
  await transaction`select pg_advisory_xact_lock(${NAMES_LOCK})`
  const unclaimed = await unclaimedOf(transaction, blobIds)
  await removeFiles(blobFolder, unclaimed)
  return unclaimed.length
}

async function unclaimedOf(sql: Query, blobIds: readonly BlobId[]): Promise<BlobId[]> {
  const rows = await sql<{ blobId: BlobId }[]>`
    select blob_id as "blobId" from blob where blob_id = any(${[...blobIds]}::uuid[])`
  const claimed = new Set(rows.map(({ blobId }) => blobId))
  return blobIds.filter((blobId) => !claimed.has(blobId))
}
