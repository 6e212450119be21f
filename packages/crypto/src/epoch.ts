/**
 * Epoch records, which a user's vault keeps, and history: earlier epochs' records that travel with a commit under the
 * new epoch's secret, where the policy's history rule is `all`. DESIGN: "Encryption", "History rule". Clients only.
 */
import {
  EpochSchema,
  GenerationSchema,
  HashSchema,
  KeySchema,
  bytes,
  encodeCbor,
  limits,
  uuidFromBytes,
  uuidToBytes,
  type ChannelId,
  type DeviceId,
  type Epoch,
  type Generation,
  type UserId,
} from '@reforms/protocol'
import { Type, type Static } from 'typebox'
import { TAG_BYTES, decryptOnce, encryptOnce } from './aead.ts'
import { decodeDocument, encodeDocument } from './document.ts'
import { hkdf } from './hkdf.ts'
import { takeRandom, type Random } from './keys.ts'
import type { Leaf } from './mls/credential.ts'
import { pad, unpad } from './padme.ts'

export const EPOCH_ID_BYTES = 16
/** Leaves that one commit may add or remove; a founding commit brings a whole channel. */
export const MAX_LEAVES = 10_000
export const MAX_HISTORY_RECORDS = 1_000
const HISTORY_LABEL = 'reforms history v1'
const SALT_BYTES = 32

export interface EpochRecord {
  readonly generation: Generation
  readonly epoch: Epoch
  /** 16 bytes, an exporter value: the epoch's name. */
  readonly epochId: Uint8Array
  /** 32 bytes, the exporter value that message keys are made of. */
  readonly secret: Uint8Array
  readonly added: readonly Leaf[]
  readonly removed: readonly Leaf[]
}

const Uuid = bytes(16, 16)
/** [leafIndex, userId, deviceId, identityKey, signatureKey], identifiers as 16 bytes: about 105 bytes a leaf. */
const PackedLeaf = Type.Tuple([
  Type.Integer({ minimum: 0, maximum: 0xffffffff }),
  Uuid,
  Uuid,
  KeySchema,
  KeySchema,
])
const PackedLeaves = Type.Array(PackedLeaf, { maxItems: MAX_LEAVES })
/** [label, generation, epoch, epochId, secret, added, removed] */
const PackedRecord = Type.Tuple([
  Type.Literal('reforms epoch record v1'),
  GenerationSchema,
  EpochSchema,
  bytes(EPOCH_ID_BYTES, EPOCH_ID_BYTES),
  HashSchema,
  PackedLeaves,
  PackedLeaves,
])
type PackedRecord = Static<typeof PackedRecord>
const PackedHistory = Type.Array(PackedRecord, { maxItems: MAX_HISTORY_RECORDS })
/** [version, salt, ciphertext] */
const SealedHistory = Type.Tuple([
  Type.Literal(1),
  bytes(SALT_BYTES, SALT_BYTES),
  bytes(TAG_BYTES, limits.COMMIT_MAX_BYTES),
])

function packLeaf(leaf: Leaf): Static<typeof PackedLeaf> {
  const { leafIndex, userId, deviceId, identityKey, signatureKey } = leaf
  return [leafIndex, uuidToBytes(userId), uuidToBytes(deviceId), identityKey, signatureKey]
}

function unpackLeaf([leafIndex, user, device, identityKey, signatureKey]: Static<typeof PackedLeaf>): Leaf {
  const userId = uuidFromBytes(user) as UserId
  return { leafIndex, userId, deviceId: uuidFromBytes(device) as DeviceId, identityKey, signatureKey }
}

function packRecord(record: EpochRecord): PackedRecord {
  const { generation, epoch, epochId, secret, added, removed } = record
  const name = 'reforms epoch record v1' as const
  return [name, generation, epoch, epochId, secret, added.map(packLeaf), removed.map(packLeaf)]
}

function unpackRecord([, generation, epoch, epochId, secret, added, removed]: PackedRecord): EpochRecord {
  return {
    generation,
    epoch,
    epochId,
    secret,
    added: added.map(unpackLeaf),
    removed: removed.map(unpackLeaf),
  }
}

/** Throws CryptoError 'malformed' or 'too-large'. */
export function encodeEpochRecord(record: EpochRecord): Uint8Array {
  return encodeDocument(PackedRecord, packRecord(record), limits.COMMIT_MAX_BYTES)
}

/** Throws CryptoError 'malformed' or 'too-large'. */
export function decodeEpochRecord(encoded: Uint8Array): EpochRecord {
  return unpackRecord(decodeDocument(PackedRecord, encoded, limits.COMMIT_MAX_BYTES))
}

/** The epoch whose secret opens the history: the one that the commit begins. */
export interface HistoryContext {
  readonly channelId: ChannelId
  readonly generation: Generation
  readonly epochId: Uint8Array
}

async function historyKey(secret: Uint8Array, salt: Uint8Array, context: HistoryContext) {
  const info = [HISTORY_LABEL, context.channelId, context.generation, context.epochId]
  return { key: await hkdf('SHA-256', { secret, salt, info, length: 32 }), associated: encodeCbor(info) }
}

/** Earlier records for whoever holds the new epoch's secret. Throws CryptoError 'malformed' or 'too-large'. */
export async function sealHistory(
  newEpochSecret: Uint8Array,
  context: HistoryContext,
  records: readonly EpochRecord[],
  random: Random,
): Promise<Uint8Array> {
  const packed = encodeDocument(PackedHistory, records.map(packRecord), limits.COMMIT_MAX_BYTES)
  const salt = takeRandom(random, SALT_BYTES)
  const { key, associated } = await historyKey(newEpochSecret, salt, context)
  const ciphertext = await encryptOnce(key, associated, pad(packed))
  return encodeDocument(SealedHistory, [1, salt, ciphertext], limits.COMMIT_MAX_BYTES)
}

/** Throws CryptoError 'malformed', 'too-large' or 'tag'. Whoever is given records checks their leaves against signed
 *  device lists: the sender of a commit vouches for them, nobody else. */
export async function openHistory(
  newEpochSecret: Uint8Array,
  context: HistoryContext,
  sealed: Uint8Array,
): Promise<EpochRecord[]> {
  const [, salt, ciphertext] = decodeDocument(SealedHistory, sealed, limits.COMMIT_MAX_BYTES)
  const { key, associated } = await historyKey(newEpochSecret, salt, context)
  const packed = unpad(await decryptOnce(key, associated, ciphertext))
  return decodeDocument(PackedHistory, packed, limits.COMMIT_MAX_BYTES).map(unpackRecord)
}
