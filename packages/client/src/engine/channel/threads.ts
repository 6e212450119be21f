/**
 * Threads: the answers to one message, which is their root. Who is in a thread, how long it is, and what of it this user has not
 * read. SPEC.md, REL-4, REL-9.
 */
import { decodeCbor, type ChannelId, type UserId } from '@reforms/protocol'
import type { SqlRow } from '../../ports.ts'
import type { Context } from '../context.ts'
import { readThreadPosition } from '../tables/thread-reads.ts'
import { BY_RELATION, IN_THREAD } from '../tables/plans.ts'

/** Counting stops at this many answers, from the newest back. */
const COUNT_MAX = 1000
/** So many of a channel's newest answers are looked at for threads that were not read. */
const NEWEST_ANSWERS = 200

export interface ThreadFacts {
  count: number
  /** Who answered, the last one first. */
  people: UserId[]
  lastAt: number
  /** Whether this user began it, answered in it or was named in it. */
  isIn: boolean
  /** Not read yet, in a thread that this user is in. */
  unread: number
}

/** Undefined where nobody has answered. */
export function threadFacts(context: Context, channelId: ChannelId, root: number): ThreadFacts | undefined {
  const answers = context.database.all(
    `SELECT seq, sender_user, at, notify, calls_team FROM entry ${BY_RELATION} WHERE channel_id = ? AND relates_to = ?
       AND place IN ('thread', 'both') AND state = 'clear' ORDER BY seq DESC LIMIT ?`,
    [channelId, root, COUNT_MAX],
  )
  const [last] = answers
  if (!last) return undefined
  return {
    count: answers.length,
    people: [...new Set(answers.map((row) => row['sender_user'] as UserId))],
    lastAt: Number(last['at']),
    ...standingOf(context, channelId, root, answers),
  }
}

/** Unread is what came after the last that this user read or wrote. */
function standingOf(
  context: Context,
  channelId: ChannelId,
  root: number,
  answers: readonly SqlRow[],
): Pick<ThreadFacts, 'isIn' | 'unread'> {
  const me = context.me?.userId
  const own = answers.find((row) => row['sender_user'] === me)
  const isIn =
    own !== undefined || isRootMine(context, channelId, root) || answers.some((row) => names(row, me))
  if (!isIn) return { isIn, unread: 0 }
  const readTo = Math.max(readThreadPosition(context.database, channelId, root), Number(own?.['seq'] ?? 0))
  return { isIn, unread: answers.filter((row) => Number(row['seq']) > readTo).length }
}

function names(row: SqlRow, me: UserId | undefined): boolean {
  if (row['calls_team'] === 1) return true
  const notify = row['notify'] as Uint8Array | null
  return me !== undefined && notify !== null && (decodeCbor(notify) as UserId[]).includes(me)
}

function isRootMine(context: Context, channelId: ChannelId, root: number): boolean {
  const author = context.database.all('SELECT sender_user FROM entry WHERE channel_id = ? AND seq = ?', [
    channelId,
    root,
  ])[0]?.['sender_user']
  return author !== undefined && author === context.me?.userId
}

/** Whether this user began a thread, or answered in it. */
export function isInThread(context: Context, channelId: ChannelId, root: number): boolean {
  if (isRootMine(context, channelId, root)) return true
  const own = context.database.all(
    `SELECT seq FROM entry ${BY_RELATION} WHERE channel_id = ? AND relates_to = ? AND place IN ('thread', 'both')
       AND sender_user = ? LIMIT 1`,
    [channelId, root, context.me?.userId ?? ''],
  )
  return own.length > 0
}

/** Threads of a channel with something that this user has not read, the one that was answered last first. */
export function unreadThreads(context: Context, channelId: ChannelId): number[] {
  const rows = context.database.all(
    `SELECT relates_to FROM entry ${IN_THREAD} WHERE channel_id = ? AND place IN ('thread', 'both') ORDER BY seq DESC LIMIT ?`,
    [channelId, NEWEST_ANSWERS],
  )
  const roots = [...new Set(rows.map((row) => Number(row['relates_to'])))]
  return roots.filter((root) => (threadFacts(context, channelId, root)?.unread ?? 0) > 0)
}
