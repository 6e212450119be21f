/** What the database knows of a blob, and who may have to do with it (SPEC.md, BLB-*). */
import type { BlobId, ChannelId, UserId } from '@reforms/protocol'
import type { Query } from '../transaction.ts'

export interface Blob {
  readonly blobId: BlobId
  readonly channelId: ChannelId
  readonly userId: UserId
  readonly size: number
  /** Bytes that are on the disk for certain. */
  readonly received: number
}

function columns(sql: Query) {
  return sql`blob_id as "blobId", channel_id as "channelId", user_id as "userId", size::float8 as size,
    received::float8 as received`
}

export async function findBlob(sql: Query, blobId: BlobId): Promise<Blob | undefined> {
  const [blob] = await sql<Blob[]>`select ${columns(sql)} from blob where blob_id = ${blobId}`
  return blob
}

/** One's own, while one is a member of its channel. */
export async function findUpload(sql: Query, blobId: BlobId, userId: UserId): Promise<Blob | undefined> {
  const [blob] = await sql<Blob[]>`
    select ${columns(sql)} from blob where blob_id = ${blobId} and user_id = ${userId} and exists (
      select from live_leaf leaf where leaf.channel_id = blob.channel_id and leaf.user_id = ${userId})`
  return blob
}

/** A whole one, for its owner and for who may read its channel. */
export async function findReadable(sql: Query, blobId: BlobId, userId: UserId): Promise<Blob | undefined> {
  const [blob] = await sql<Blob[]>`
    select ${columns(sql)} from blob where blob_id = ${blobId} and received = size and (
      user_id = ${userId} or exists (
        select from live_leaf leaf where leaf.channel_id = blob.channel_id and leaf.user_id = ${userId}))`
  return blob
}
