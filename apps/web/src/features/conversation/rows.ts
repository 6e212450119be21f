/**
 * A timeline's items as rows to draw: which begins a new day, which stands under the name above it, and where "new" begins.
 * One row an item, with the item's own key, so that the list keeps its place when older items come before it.
 */
import type { TimelineItem, TimelineView } from '@reforms/client'
import { dayKeyOf } from '../../ui/clock.ts'

const GROUP_MS = 5 * 60 * 1000

export interface Row {
  key: string
  item: TimelineItem
  newDay: boolean
  newHere: boolean
  /** Shows the author's name; the others of the group stand below it. */
  head: boolean
}

export function rowsOf(view: Pick<TimelineView, 'items' | 'firstUnread'> & { moreBefore?: boolean }): Row[] {
  // Where it stands above all that is held, its line would wander with what is loaded.
  let unreadDrawn = (view.moreBefore ?? false) && beginsAfter(view.items, view.firstUnread)
  return view.items.map((item, index) => {
    const before = view.items[index - 1]
    const newDay = !before || dayKeyOf(before.at) !== dayKeyOf(item.at)
    const newHere = !unreadDrawn && isUnread(item, view.firstUnread)
    unreadDrawn ||= newHere
    return { key: item.key, item, newDay, newHere, head: newDay || newHere || !continues(before, item) }
  })
}

function beginsAfter(items: readonly TimelineItem[], firstUnread = 0): boolean {
  const first = items.find(({ seq }) => seq !== undefined)?.seq
  return first !== undefined && first > firstUnread
}

/** One's own entries are never new, even those written elsewhere. */
function isUnread(item: TimelineItem, firstUnread: number | undefined): boolean {
  if (firstUnread === undefined || item.seq === undefined || item.seq < firstUnread) return false
  return item.kind !== 'message' || !item.mine
}

function continues(before: TimelineItem | undefined, item: TimelineItem): boolean {
  if (before?.kind !== 'message' || item.kind !== 'message') return false
  // What it answers, or whose words it passes on, stands under a name.
  if (item.answers || item.forwarded) return false
  return before.author === item.author && item.at - before.at < GROUP_MS && item.at >= before.at
}

/** The newest entry that the log has numbered: what a read position can point at. */
export function newestSeq(items: readonly TimelineItem[]): number {
  return items.reduce((newest, item) => Math.max(newest, item.seq ?? 0), 0)
}

/** Of one's newest message that stands in the log; undefined where there is none. */
export function newestOwnSeq(rows: readonly Row[]): number | undefined {
  const own = rows.findLast(({ item }) => item.kind === 'message' && item.mine && !item.redacted && item.seq)
  return own?.item.seq
}
