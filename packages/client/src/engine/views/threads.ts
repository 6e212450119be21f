/** All threads that this user is in, of all channels. SPEC.md, OWN-9. */
import type { ChannelId } from '@reforms/protocol'
import type { ThreadItem } from '../../personal-api.ts'
import { IN_THREAD } from '../tables/plans.ts'
import { threadFacts } from '../channel/threads.ts'
import type { Context } from '../context.ts'
import { personName } from './names.ts'
import { readPlaced } from './placed-message.ts'

/** So many of the threads that were answered last are looked at. */
const LOOKED_AT = 400
const SHOWN = 100

/** The one that was answered last first. */
export function threadsView(context: Context): ThreadItem[] {
  const rows = context.database.all(
    `SELECT channel_id, relates_to, max(at) AS last_at FROM entry ${IN_THREAD} WHERE place IN ('thread', 'both') AND state = 'clear'
       GROUP BY channel_id, relates_to ORDER BY last_at DESC LIMIT ?`,
    [LOOKED_AT],
  )
  const items: ThreadItem[] = []
  for (const row of rows) {
    const item = threadItem(context, row['channel_id'] as ChannelId, Number(row['relates_to']))
    if (item) items.push(item)
    if (items.length === SHOWN) break
  }
  return items
}

function threadItem(context: Context, channelId: ChannelId, root: number): ThreadItem | undefined {
  const facts = threadFacts(context, channelId, root)
  const placed = facts?.isIn ? readPlaced(context, channelId, root) : undefined
  if (!facts || !placed) return undefined
  const { count, lastAt, unread } = facts
  const people = facts.people.map((userId) => personName(context, userId))
  return { ...placed, count, people, lastAt, unread }
}
