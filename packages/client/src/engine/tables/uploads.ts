/** Encrypted files of messages in the outbox: kept until the server has them and the message is in the log. */
import type { BlobId, ChannelId, ClientId } from '@reforms/protocol'
import type { Database } from '../../ports.ts'

export function saveUpload(
  database: Database,
  upload: { blobId: BlobId; clientId: ClientId; channelId: ChannelId; bytes: Uint8Array },
): void {
  database.run('INSERT INTO upload (blob_id, client_id, channel_id, bytes, done) VALUES (?, ?, ?, ?, 0)', [
    upload.blobId,
    upload.clientId,
    upload.channelId,
    upload.bytes,
  ])
}

export function readUploads(database: Database, clientId: ClientId): { blobId: BlobId; bytes: Uint8Array }[] {
  return database
    .all('SELECT blob_id, bytes FROM upload WHERE client_id = ? AND done = 0', [clientId])
    .map((row) => ({ blobId: row['blob_id'] as BlobId, bytes: row['bytes'] as Uint8Array }))
}

export function hasUploads(database: Database, clientId: ClientId): boolean {
  return database.all('SELECT 1 FROM upload WHERE client_id = ? AND done = 0', [clientId]).length > 0
}

/** The ciphertext of a file that this device sent and whose message is not in the log yet. */
export function readUploadBytes(database: Database, blobId: string): Uint8Array | undefined {
  return database.all('SELECT bytes FROM upload WHERE blob_id = ?', [blobId])[0]?.['bytes'] as
    Uint8Array | undefined
}

export function markUploaded(database: Database, blobId: BlobId): void {
  database.run('UPDATE upload SET done = 1 WHERE blob_id = ?', [blobId])
}
