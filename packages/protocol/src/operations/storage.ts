/** Mailbox, vault and blobs. SPEC.md, sections "Mailbox" (MBX-*), "Vault" (VLT-*) and "Blobs" (BLB-*). */
import { Type, type Static } from 'typebox'
import { Envelope } from '../entry.ts'
import { BLOB_MAX_BYTES, ENVELOPE_MAX_BYTES, VAULT_RECORD_MAX_BYTES } from '../limits.ts'
import { operation } from '../operation.ts'
import { BlobIdSchema, bytes, ChannelIdSchema, DeviceIdSchema, object } from '../schema.ts'

const VaultRecordId = bytes(16, 16)
const Cursor = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Version = Type.Integer({ minimum: 1, maximum: 0xffffffff })

export const VaultRecord = object({
  id: VaultRecordId,
  version: Version,
  payload: bytes(1, VAULT_RECORD_MAX_BYTES),
  cursor: Cursor,
})
export type VaultRecord = Static<typeof VaultRecord>

export const storageOperations = {
  'mailbox.read': operation({
    method: 'GET',
    path: '/api/mailbox',
    permission: 'own',
    summary: 'This device’s envelopes after an id, oldest first.',
    input: object({ after: Cursor, limit: Type.Integer({ minimum: 1, maximum: 100 }) }),
    output: object({ envelopes: Type.Array(Envelope), more: Type.Boolean() }),
    errors: [],
  }),
  'mailbox.clear': operation({
    method: 'DELETE',
    path: '/api/mailbox',
    permission: 'own',
    summary: 'Drops this device’s envelopes up to and including an id, once they are applied.',
    input: object({ through: Cursor }),
    output: object({}),
    errors: [],
  }),
  'mailbox.send': operation({
    method: 'POST',
    path: '/api/mailbox',
    permission: 'own',
    summary: 'Leaves sealed envelopes for devices of oneself or of people with whom one shares a channel.',
    input: object({
      envelopes: Type.Array(object({ deviceId: DeviceIdSchema, payload: bytes(1, ENVELOPE_MAX_BYTES) }), {
        minItems: 1,
        maxItems: 50,
      }),
    }),
    output: object({ delivered: Type.Integer() }),
    errors: ['rate-limited', 'too-many'],
  }),
  'vault.read': operation({
    method: 'GET',
    path: '/api/vault',
    permission: 'own',
    summary: 'Vault records that changed after a cursor, oldest change first.',
    input: object({ after: Cursor, limit: Type.Integer({ minimum: 1, maximum: 1000 }) }),
    output: object({ records: Type.Array(VaultRecord), more: Type.Boolean() }),
    errors: [],
  }),
  'vault.write': operation({
    method: 'PUT',
    path: '/api/vault',
    permission: 'own',
    summary: 'Writes records; each must carry the version that follows the stored one.',
    input: object({
      records: Type.Array(
        object({ id: VaultRecordId, version: Version, payload: bytes(1, VAULT_RECORD_MAX_BYTES) }),
        { minItems: 1, maxItems: 100 },
      ),
    }),
    /** `conflicts`: the records, as they are stored, that were not written. The others were. */
    output: object({ cursor: Cursor, conflicts: Type.Array(VaultRecord) }),
    errors: ['too-many'],
  }),
  'blob.create': operation({
    method: 'POST',
    path: '/api/blobs',
    permission: 'channel.use',
    summary: 'Announces an encrypted file for a channel.',
    input: object({
      blobId: BlobIdSchema,
      channelId: ChannelIdSchema,
      size: Type.Integer({ minimum: 1, maximum: BLOB_MAX_BYTES }),
    }),
    output: object({ offset: Type.Integer() }),
    errors: ['already-exists', 'too-large', 'too-many'],
  }),
  'blob.status': operation({
    method: 'HEAD',
    path: '/api/blobs/:blobId',
    permission: 'own',
    summary: 'How far an upload of one’s own has come (header Upload-Offset).',
    input: object({ blobId: BlobIdSchema }),
    output: object({}),
    errors: ['not-found'],
    transport: 'bytes',
  }),
  'blob.append': operation({
    method: 'PATCH',
    path: '/api/blobs/:blobId',
    permission: 'own',
    summary: 'Sends the bytes from header Upload-Offset on (tus 1.0.0 core protocol).',
    input: object({ blobId: BlobIdSchema }),
    output: object({}),
    errors: ['not-found', 'upload-offset', 'too-large'],
    transport: 'bytes',
  }),
  'blob.read': operation({
    method: 'GET',
    path: '/api/blobs/:blobId',
    permission: 'own',
    summary: 'An encrypted file, or a range of it, for members of its channel.',
    input: object({ blobId: BlobIdSchema }),
    output: object({}),
    errors: ['not-found'],
    transport: 'bytes',
  }),
  'presence.set': operation({
    method: 'PUT',
    path: '/api/presence',
    permission: 'own',
    summary: 'Says that this socket’s user is active or away.',
    input: object({ presence: Type.Union([Type.Literal('online'), Type.Literal('away')]) }),
    output: object({}),
    errors: [],
    transport: 'gateway',
  }),
  'typing.send': operation({
    method: 'POST',
    path: '/api/channels/:channelId/typing',
    permission: 'channel.use',
    summary: 'Tells the others in a channel that one is writing.',
    input: object({ channelId: ChannelIdSchema }),
    output: object({}),
    errors: [],
    transport: 'gateway',
  }),
}
