/** Up to where this user has read each thread. Positions only grow, so that what two devices noted can be put together. */
import type { ChannelId } from '@reforms/protocol'
import type { Database } from '../../ports.ts'

/** So many threads of a channel are remembered, those that were read furthest. */
const REMEMBERED_MAX = 500

export function readThreadPosition(database: Database, channelId: ChannelId, root: number): number {
  const row = database.all('SELECT seq FROM thread_read WHERE channel_id = ? AND root = ?', [
    channelId,
    root,
  ])[0]
  return Number(row?.['seq'] ?? 0)
}

export function saveThreadPosition(
  database: Database,
  channelId: ChannelId,
  root: number,
  seq: number,
): void {
  database.run(
    `INSERT INTO thread_read (channel_id, root, seq) VALUES (?, ?, ?)
     ON CONFLICT (channel_id, root) DO UPDATE SET seq = max(seq, excluded.seq)`,
    [channelId, root, seq],
  )
}

/** Those that a record of the vault holds: what another program wrote otherwise is left out. */
export function positionsIn(decoded: unknown): [number, number][] {
  if (!Array.isArray(decoded)) return []
  const isPosition = (pair: unknown): pair is [number, number] =>
    Array.isArray(pair) && pair.length === 2 && pair.every((part) => Number.isSafeInteger(part) && part > 0)
  return decoded.filter(isPosition).slice(0, REMEMBERED_MAX)
}

/** As the vault keeps them: pairs of root and position. */
export function readThreadPositions(database: Database, channelId: ChannelId): [number, number][] {
  return database
    .all('SELECT root, seq FROM thread_read WHERE channel_id = ? ORDER BY seq DESC, root LIMIT ?', [
      channelId,
      REMEMBERED_MAX,
    ])
    .map((row) => [Number(row['root']), Number(row['seq'])])
}
