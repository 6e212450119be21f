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
import { readSeenSince, writeSeenSince } from './unclaimed.ts'

/** "reforms blobs"; shared by who announces, alone for who removes. */
const NAMES_LOCK = 0x5ef0_b10b
/** Time to notice that a server was started with the blobs of one organisation and the database of another, or an older one. */
const UNCLAIMED_KEPT_MS = 24 * 60 * 60 * 1000
const SWEEP_EVERY_MS = 24 * 60 * 60 * 1000
/** So many are thought of at once; the others have their turn once these are gone. */
const NOTED_AT_MOST = 100_000
const REMOVED_AT_ONCE = 500

const MOST_UNCLAIMED =
  'most files of the blob folder are in no row of the database: it is empty, older than they are, or of another organisation. ' +
  'None of them is removed. Stop the server, and start it with the database that belongs to them'
const SOME_UNCLAIMED =
  'files of the blob folder are in no row of the database, as after a crash: they are removed a day after they were first seen. ' +
  'If the database is older than the files, stop the server until then, and keep a copy of them'

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
    await sweep(services, now)
  }
}

interface Found {
  readonly files: number
  readonly unclaimed: number
  /** Of the unclaimed ones, up to a number. */
  readonly names: readonly BlobId[]
}

async function findUnclaimed({ sql, blobFolder }: Services): Promise<Found> {
  let [files, unclaimed] = [0, 0]
  const names: BlobId[] = []
  for await (const blobIds of listFiles(blobFolder)) {
    const found = await unclaimedOf(sql, blobIds)
    files += blobIds.length
    unclaimed += found.length
    names.push(...found.slice(0, NOTED_AT_MOST - names.length))
  }
  return { files, unclaimed, names }
}

async function sweep(services: Services, now: number): Promise<void> {
  const { blobFolder, log } = services
  const { names, ...counts } = await findUnclaimed(services)
  // More than a crash leaves, and all there are where the database is empty.
  if (counts.unclaimed > counts.files / 2) {
    log.warn(counts, MOST_UNCLAIMED)
    return writeSeenSince(blobFolder, new Map())
  }
  const before = await readSeenSince(blobFolder)
  const seen = new Map(names.map((blobId) => [blobId, Math.min(before.get(blobId) ?? now, now)]))
  if (names.some((blobId) => !before.has(blobId))) log.warn(counts, SOME_UNCLAIMED)
  const due = names.filter((blobId) => seen.get(blobId)! <= now - UNCLAIMED_KEPT_MS)
  const removed = await removeAll(services, due)
  for (const blobId of due) seen.delete(blobId)
  await writeSeenSince(blobFolder, seen)
  if (removed > 0) log.info({ removed }, 'files of no blob were removed')
}

async function removeAll({ sql, blobFolder }: Services, blobIds: readonly BlobId[]): Promise<number> {
  let removed = 0
  for (let at = 0; at < blobIds.length; at += REMOVED_AT_ONCE) {
    const some = blobIds.slice(at, at + REMOVED_AT_ONCE)
    removed += await inTransaction(sql, (transaction) => removeUnclaimed(transaction, blobFolder, some))
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
