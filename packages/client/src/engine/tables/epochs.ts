/** Epoch records, and who had a leaf when. DESIGN: "Encryption"; SPEC.md, EPO-2, EPO-8, MSG-6. */
import { decodeEpochRecord, encodeEpochRecord, type EpochRecord, type Leaf } from '@reforms/crypto'
import type { ChannelId, DeviceId, UserId } from '@reforms/protocol'
import type { Database, SqlRow } from '../../ports.ts'
import type { LeafKeys } from './proven-leaves.ts'

export function readEpoch(
  database: Database,
  channelId: ChannelId,
  generation: number,
  epoch: number,
): EpochRecord | undefined {
  const row = database.all('SELECT record FROM epoch WHERE channel_id = ? AND generation = ? AND epoch = ?', [
    channelId,
    generation,
    epoch,
  ])[0]
  return row ? decodeEpochRecord(row['record'] as Uint8Array) : undefined
}

/**
 * Stores a record. One that this device made of a commit itself (`here`) holds; any other is kept only where none is known.
 * Under the history rule "all" whoever has the newest record reads back: what came as history does not go to the vault.
 */
export function saveEpoch(
  database: Database,
  channelId: ChannelId,
  record: EpochRecord,
  origin: 'here' | 'answer' | 'vault' | 'history',
): void {
  const { generation, epoch } = record
  if (origin !== 'here' && readEpoch(database, channelId, generation, epoch)) {
    if (origin === 'vault') markInVault(database, channelId, generation, epoch)
    return
  }
  database.run(
    'INSERT OR REPLACE INTO epoch (channel_id, generation, epoch, record, in_vault) VALUES (?, ?, ?, ?, ?)',
    [
      channelId,
      generation,
      epoch,
      encodeEpochRecord(record),
      origin === 'vault' || origin === 'history' ? 1 : 0,
    ],
  )
  saveLeafChanges(database, channelId, record)
}

function saveLeafChanges(database: Database, channelId: ChannelId, record: EpochRecord): void {
  const changes = [
    ...record.removed.map((leaf) => ({ leaf, added: 0 })),
    ...record.added.map((leaf) => ({ leaf, added: 1 })),
  ]
  for (const { leaf, added } of changes) {
    database.run('INSERT OR IGNORE INTO leaf_change VALUES (?, ?, ?, ?, ?, ?, ?, ?)', [
      channelId,
      record.generation,
      record.epoch,
      leaf.deviceId,
      leaf.userId,
      added,
      leaf.signatureKey,
      leaf.identityKey,
    ])
  }
}

/** The leaf of a device in an epoch: the newest change up to it must be an addition (MSG-6). */
export function readSigner(
  database: Database,
  channelId: ChannelId,
  generation: number,
  epoch: number,
  deviceId: DeviceId,
): LeafKeys | undefined {
  const row = database.all(
    `SELECT user_id, signature_key, identity_key, added FROM leaf_change
     WHERE channel_id = ? AND generation = ? AND device_id = ? AND epoch <= ?
     ORDER BY epoch DESC, added DESC LIMIT 1`,
    [channelId, generation, deviceId, epoch],
  )[0]
  return row && toLeafKeys(row, deviceId)
}

/**
 * The leaf of a device that was there when this user came in, where nothing is known of it before: of the epochs between being
 * added and coming in only the changes are handed on, never the whole roster (EPO-7).
 */
export function readSignerAtEntrance(
  database: Database,
  channelId: ChannelId,
  {
    generation,
    epoch,
    deviceId,
    ownUserId,
  }: {
    generation: number
    epoch: number
    deviceId: DeviceId
    ownUserId: UserId
  },
): LeafKeys | undefined {
  const place = [channelId, generation, deviceId]
  const [before] = database.all(
    `SELECT 1 FROM leaf_change WHERE channel_id = ? AND generation = ? AND device_id = ? AND epoch <= ? LIMIT 1`,
    [...place, epoch],
  )
  const [next] = database.all(
    `SELECT epoch, user_id, signature_key, identity_key, added FROM leaf_change
     WHERE channel_id = ? AND generation = ? AND device_id = ? AND epoch > ? ORDER BY epoch, added LIMIT 1`,
    [...place, epoch],
  )
  if (before || !next) return undefined
  const cameIn = database.all(
    `SELECT 1 FROM leaf_change
     WHERE channel_id = ? AND generation = ? AND epoch = ? AND user_id = ? AND added = 1 LIMIT 1`,
    [channelId, generation, Number(next['epoch']), ownUserId],
  )
  return cameIn.length > 0 ? toLeafKeys(next, deviceId) : undefined
}

function toLeafKeys(row: SqlRow, deviceId: DeviceId): LeafKeys | undefined {
  if (row['added'] !== 1) return undefined
  return {
    userId: row['user_id'] as UserId,
    deviceId,
    signatureKey: row['signature_key'] as Uint8Array,
    identityKey: row['identity_key'] as Uint8Array,
  }
}

/**
 * Whether an identity had a leaf in an epoch, from the changes known here (EPO-8). By the key, since after a reset somebody new
 * has the user's name.
 */
export function hadLeaf(
  database: Database,
  channelId: ChannelId,
  identityKey: Uint8Array,
  at: { generation: number; epoch: number },
): boolean {
  const rows = database.all(
    `SELECT device_id, added, max(epoch * 2 + added) AS newest FROM leaf_change
     WHERE channel_id = ? AND generation = ? AND identity_key = ? AND epoch <= ? GROUP BY device_id`,
    [channelId, at.generation, identityKey, at.epoch],
  )
  return rows.some((row) => row['added'] === 1)
}

/** Whether an identity had a leaf at the end of a generation, as far as it is known here. */
export function wasInGeneration(
  database: Database,
  channelId: ChannelId,
  generation: number,
  identityKey: Uint8Array,
): boolean {
  const rows = database.all(
    `SELECT device_id, added, max(epoch * 2 + added) AS newest FROM leaf_change
     WHERE channel_id = ? AND generation = ? AND identity_key = ? GROUP BY device_id`,
    [channelId, generation, identityKey],
  )
  return rows.some((row) => row['added'] === 1)
}

/** Whose devices had a leaf at the end of a generation, as far as it is known here. */
export function readMembersOf(database: Database, channelId: ChannelId, generation: number): LeafKeys[] {
  return database
    .all(
      `SELECT user_id, device_id, signature_key, identity_key, added, max(epoch * 2 + added) AS newest FROM leaf_change
       WHERE channel_id = ? AND generation = ? GROUP BY device_id`,
      [channelId, generation],
    )
    .flatMap((row) => toLeafKeys(row, row['device_id'] as DeviceId) ?? [])
}

/** Who had a leaf in an epoch, by the records that are here of its generation. */
export function readRosterAt(
  database: Database,
  channelId: ChannelId,
  at: { generation: number; epoch: number },
): Leaf[] {
  const rows = database.all(
    'SELECT record FROM epoch WHERE channel_id = ? AND generation = ? AND epoch <= ? ORDER BY epoch',
    [channelId, at.generation, at.epoch],
  )
  const leaves = new Map<DeviceId, Leaf>()
  for (const row of rows) {
    const { added, removed } = decodeEpochRecord(row['record'] as Uint8Array)
    for (const { deviceId } of removed) leaves.delete(deviceId)
    for (const leaf of added) leaves.set(leaf.deviceId, leaf)
  }
  return [...leaves.values()]
}

/** Whether an identity has lost a leaf in any generation, as far as it is known here. */
export function wasEverOut(database: Database, channelId: ChannelId, identityKey: Uint8Array): boolean {
  const found = database.all(
    'SELECT 1 FROM leaf_change WHERE channel_id = ? AND identity_key = ? AND added = 0 LIMIT 1',
    [channelId, identityKey],
  )
  return found.length > 0
}

/** The identity keys of which a leaf was removed within a generation. */
export function readLeft(database: Database, channelId: ChannelId, generation: number): Uint8Array[] {
  return database
    .all(
      'SELECT DISTINCT identity_key FROM leaf_change WHERE channel_id = ? AND generation = ? AND added = 0',
      [channelId, generation],
    )
    .map((row) => row['identity_key'] as Uint8Array)
}

/** The earliest epoch that is known here: what lies before it, under the rule "joining", was not for this user. */
export function readFirstEpoch(
  database: Database,
  channelId: ChannelId,
): { generation: number; epoch: number } | undefined {
  const row = database.all(
    'SELECT generation, epoch FROM epoch WHERE channel_id = ? ORDER BY generation, epoch LIMIT 1',
    [channelId],
  )[0]
  return row ? { generation: Number(row['generation']), epoch: Number(row['epoch']) } : undefined
}

export function readEpochsForVault(
  database: Database,
  limit: number,
): { channelId: ChannelId; record: EpochRecord }[] {
  return database
    .all(
      'SELECT channel_id, record FROM epoch WHERE in_vault = 0 ORDER BY channel_id, generation, epoch LIMIT ?',
      [limit],
    )
    .map((row) => ({
      channelId: row['channel_id'] as ChannelId,
      record: decodeEpochRecord(row['record'] as Uint8Array),
    }))
}

export function markInVault(
  database: Database,
  channelId: ChannelId,
  generation: number,
  epoch: number,
): void {
  database.run('UPDATE epoch SET in_vault = 1 WHERE channel_id = ? AND generation = ? AND epoch = ?', [
    channelId,
    generation,
    epoch,
  ])
}
