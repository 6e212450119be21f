/** Messages that were here before the index was: indexed a slice at a time, newest first. For indexing.ts. */
import type { ChannelId } from '@reforms/protocol'
import type { Database } from '../../ports.ts'
import { indexMessage } from '../channel/findable.ts'
import type { Context } from '../context.ts'

/** Returns false when there is nothing left to do. One transaction: after a crash it goes on where it was. */
export function indexSlice(context: Pick<Context, 'database'>, limit: number): boolean {
  const { database } = context
  const todo = database.all(
    `SELECT t.channel_id, t.upto FROM search_todo t LEFT JOIN channel c ON c.channel_id = t.channel_id
     ORDER BY c.last_at DESC LIMIT 1`,
  )[0]
  if (!todo) return false
  const channelId = todo['channel_id'] as ChannelId
  const seqs = database
    .all(
      `SELECT seq FROM entry WHERE channel_id = ? AND seq <= ? AND kind = 'message' AND state = 'clear'
       ORDER BY seq DESC LIMIT ?`,
      [channelId, todo['upto'] ?? 0, limit],
    )
    .map((row) => Number(row['seq']))
    .reverse()
  database.transaction(() => {
    for (const seq of seqs) indexMessage(context, channelId, seq)
    const oldest = seqs[0]
    if (oldest !== undefined && seqs.length === limit) {
      database.run('UPDATE search_todo SET upto = ? WHERE channel_id = ?', [oldest - 1, channelId])
    } else {
      database.run('DELETE FROM search_todo WHERE channel_id = ?', [channelId])
    }
  })
  return true
}

/** About how many entries have yet to be looked at. */
export function countTodo(database: Database): number {
  const row = database.all(
    `SELECT sum(t.upto - c.first_seq + 1) AS count FROM search_todo t JOIN channel c ON c.channel_id = t.channel_id`,
  )[0]
  return Math.max(0, Number(row?.['count'] ?? 0))
}
