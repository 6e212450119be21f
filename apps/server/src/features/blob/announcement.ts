/**
 * blob.create: a member announces an encrypted file for a channel (SPEC.md, BLB-1). The same announcement again answers how
 * far its upload has come.
 */
import { ProtocolError, type BlobId, type Input, type UserId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers, Services } from '../../ports/call.ts'
import { limitOf } from '../../ports/limits.ts'
import { deviceCallerOf } from '../caller.ts'
import { inTransaction } from '../transaction.ts'
import { findBlob } from './blob.ts'
import { eraseUnfinished } from './erasure.ts'
import { removeFiles } from './file.ts'
import { endUpload } from './running-upload.ts'
import { claimNames } from './sweep.ts'

/** A chunk of 1 MiB and what encryption adds to it (FIL-2). */
const SEALED_MIB = 1024 * 1024 + 16

type Announcement = Input<'blob.create'>

/** Above the encrypted size of the largest file that the organisation lets people send. Throws 'too-large'. */
async function checkSize({ settings }: Services, size: number): Promise<void> {
  const { fileMaxMegabytes } = await settings()
  if (size > fileMaxMegabytes * SEALED_MIB) throw new ProtocolError('too-large', { fileMaxMegabytes })
}

/** Throws 'too-many'. */
async function checkRoom(
  transaction: TransactionSql,
  services: Services,
  userId: UserId,
  size: number,
): Promise<void> {
  const [kept] = await transaction<[{ bytes: number; unfinished: number }]>`
    select coalesce(sum(size), 0)::float8 as bytes, (count(*) filter (where received < size))::int as unfinished
    from blob where user_id = ${userId}`
  const fits =
    kept.bytes + size <= limitOf(services, 'blobBytesPerUser') &&
    kept.unfinished < limitOf(services, 'blobsUnfinishedPerUser')
  if (!fits) throw new ProtocolError('too-many')
}

/** The user's row lock puts announcements in a row, so that quotas hold. Answers what has been erased on this occasion. */
async function announce(
  transaction: TransactionSql,
  services: Services,
  userId: UserId,
  { blobId, channelId, size }: Announcement,
): Promise<BlobId[]> {
  await transaction`select from user_account where user_id = ${userId} for no key update`
  await claimNames(transaction)
  if (await findBlob(transaction, blobId)) return []
  const now = services.clock()
  const erased = await eraseUnfinished(transaction, userId, now)
  await checkRoom(transaction, services, userId, size)
  await transaction`
    insert into blob (blob_id, channel_id, user_id, size, created_at)
    values (${blobId}, ${channelId}, ${userId}, ${size}, ${now}) on conflict do nothing`
  return erased
}

const create: Handlers['blob.create'] = async (input, call) => {
  const { services } = call
  const { userId } = deviceCallerOf(call)
  await checkSize(services, input.size)
  const erased = await inTransaction(services.sql, (transaction) =>
    announce(transaction, services, userId, input),
  )
  await removeFiles(services.blobFolder, erased)
  const stored = await findBlob(services.sql, input.blobId)
  const same = stored?.userId === userId && stored.channelId === input.channelId && stored.size === input.size
  if (!same) throw new ProtocolError('already-exists')
  await endUpload(input.blobId)
  return { offset: (await findBlob(services.sql, input.blobId))?.received ?? 0 }
}

export const announcementHandlers = { 'blob.create': create } satisfies Partial<Handlers>
