/** The policies that a channel's group has had while this device was in it: which one held where in the log. */
import { decodeCbor, encodeCbor, type ChannelId, type ChannelPolicy } from '@reforms/protocol'
import type { Database } from '../../ports.ts'
import { sameBytes } from '../bytes.ts'

/** Within the step's transaction: the group stands at this entry, and this is its policy. */
export function savePolicy(
  database: Database,
  channelId: ChannelId,
  seq: number,
  policy: ChannelPolicy,
): void {
  const encoded = encodeCbor(policy)
  const before = rowAt(database, channelId, seq + 1)
  if (before && sameBytes(before, encoded)) return
  database.run('INSERT OR REPLACE INTO policy_at (channel_id, seq, policy) VALUES (?, ?, ?)', [
    channelId,
    seq,
    encoded,
  ])
}

/** What held for the entry of this seq; undefined where this device was not in the group yet. */
export function readPolicyAt(
  database: Database,
  channelId: ChannelId,
  seq: number,
): ChannelPolicy | undefined {
  const row = rowAt(database, channelId, seq)
  return row && (decodeCbor(row) as ChannelPolicy)
}

function rowAt(database: Database, channelId: ChannelId, seq: number): Uint8Array | undefined {
  const [row] = database.all(
    'SELECT policy FROM policy_at WHERE channel_id = ? AND seq < ? ORDER BY seq DESC LIMIT 1',
    [channelId, seq],
  )
  return row?.['policy'] as Uint8Array | undefined
}

/** As it stands now, as far as it is known here. */
export function readNewestPolicy(database: Database, channelId: ChannelId): ChannelPolicy | undefined {
  return readPolicyAt(database, channelId, Number.MAX_SAFE_INTEGER)
}

/** The fewest days that the channel's messages were ever kept, as far as this device knows; 0 where all were kept. */
export function shortestRetention(database: Database, channelId: ChannelId): number {
  const days = database
    .all('SELECT policy FROM policy_at WHERE channel_id = ?', [channelId])
    .map((row) => (decodeCbor(row['policy'] as Uint8Array) as ChannelPolicy).retentionDays)
    .filter((each) => each > 0)
  return days.length > 0 ? Math.min(...days) : 0
}

/** Of all channels. */
export function readNewestPolicies(database: Database): { channelId: ChannelId; policy: ChannelPolicy }[] {
  return database
    .all('SELECT channel_id, policy, max(seq) FROM policy_at GROUP BY channel_id')
    .map((row) => ({
      channelId: row['channel_id'] as ChannelId,
      policy: decodeCbor(row['policy'] as Uint8Array) as ChannelPolicy,
    }))
}

/** Where the server's log has lost what followed (LOG-8). */
export function removePoliciesAfter(database: Database, channelId: ChannelId, seq: number): void {
  database.run('DELETE FROM policy_at WHERE channel_id = ? AND seq > ?', [channelId, seq])
}
