/** Beacons as they came, and what they say once they could be opened. SPEC.md, BCN-3. */
import { encodeBeacon, knownBeacon, type BeaconContent } from '@reforms/crypto'
import type { Beacon, BeaconKind, ChannelId, UserId } from '@reforms/protocol'
import type { Database, SqlRow } from '../../ports.ts'

/** What somebody's newest beacon in a channel says, and in which epoch it was sealed. */
export interface KnownBeacon {
  channelId: ChannelId
  userId: UserId
  generation: number
  epoch: number
  content: BeaconContent
}

/** One that is here already stays as it is; what the one before it said stays until this one is open. */
export function saveBeacon(database: Database, beacon: Beacon): void {
  const { channelId, userId, kind, deviceId, clientId, generation, epoch, payload } = beacon
  database.run(
    `INSERT INTO beacon (channel_id, user_id, kind, device_id, client_id, generation, epoch, payload, waits)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)
     ON CONFLICT (channel_id, user_id, kind) DO UPDATE SET device_id = excluded.device_id,
       client_id = excluded.client_id, generation = excluded.generation, epoch = excluded.epoch,
       payload = excluded.payload, waits = 1
     WHERE client_id <> excluded.client_id`,
    [channelId, userId, kind, deviceId, clientId, generation, epoch, payload],
  )
}

/** Those that follow `after`, in the order of channels, users and kinds: one that goes on waiting holds up no other. */
export function readWaitingBeacons(
  database: Database,
  limit: number,
  after?: Pick<Beacon, 'channelId' | 'userId' | 'kind'>,
): Beacon[] {
  return database
    .all(
      `SELECT beacon.* FROM beacon JOIN epoch USING (channel_id, generation, epoch)
       WHERE waits = 1 AND (channel_id, user_id, kind) > (?, ?, ?) ORDER BY channel_id, user_id, kind LIMIT ?`,
      [after?.channelId ?? '', after?.userId ?? '', after?.kind ?? '', limit],
    )
    .map((row) => ({
      channelId: row['channel_id'] as ChannelId,
      userId: row['user_id'] as UserId,
      kind: row['kind'] as BeaconKind,
      deviceId: row['device_id'] as Beacon['deviceId'],
      clientId: row['client_id'] as Beacon['clientId'],
      generation: Number(row['generation']),
      epoch: Number(row['epoch']),
      payload: row['payload'] as Uint8Array,
    }))
}

/** Without content where it is not genuine: then what was known holds. */
export function settleBeacon(
  database: Database,
  { channelId, userId, kind, clientId }: Beacon,
  content: BeaconContent | undefined,
): void {
  const of = [channelId, userId, kind, clientId]
  const where = 'WHERE channel_id = ? AND user_id = ? AND kind = ? AND client_id = ?'
  database.run(`UPDATE beacon SET waits = 0 ${where}`, of)
  if (content) database.run(`UPDATE beacon SET content = ? ${where}`, [encodeBeacon(content), ...of])
}

function toKnown(row: SqlRow): KnownBeacon[] {
  const content = knownBeacon(row['content'] as Uint8Array)
  if (!content) return []
  return [
    {
      channelId: row['channel_id'] as ChannelId,
      userId: row['user_id'] as UserId,
      generation: Number(row['generation']),
      epoch: Number(row['epoch']),
      content,
    },
  ]
}

/** Of the channels that this user is in. */
export function readStatuses(database: Database): KnownBeacon[] {
  return database
    .all(
      `SELECT beacon.* FROM beacon JOIN channel USING (channel_id)
       WHERE beacon.kind = 'status' AND content IS NOT NULL AND place = 'member'`,
    )
    .flatMap(toKnown)
}

export function readReceipts(database: Database, channelId: ChannelId): KnownBeacon[] {
  return database
    .all("SELECT * FROM beacon WHERE channel_id = ? AND kind = 'receipt' AND content IS NOT NULL", [
      channelId,
    ])
    .flatMap(toKnown)
}

export function readKnownBeacon(
  database: Database,
  channelId: ChannelId,
  userId: UserId,
  kind: BeaconKind,
): KnownBeacon | undefined {
  const [known] = database
    .all('SELECT * FROM beacon WHERE channel_id = ? AND user_id = ? AND kind = ? AND content IS NOT NULL', [
      channelId,
      userId,
      kind,
    ])
    .flatMap(toKnown)
  return known
}

export function readBeaconsOf(database: Database, userId: UserId, kind: BeaconKind): KnownBeacon[] {
  return database
    .all('SELECT * FROM beacon WHERE user_id = ? AND kind = ? AND content IS NOT NULL', [userId, kind])
    .flatMap(toKnown)
}
