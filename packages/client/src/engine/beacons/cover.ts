/** In which channels something is said so that everybody with whom one shares a channel sees it, in as few as can be. SPEC.md, STAT-3. */
import type { ChannelId, UserId } from '@reforms/protocol'

/** The largest first, each only where it reaches somebody whom those before it do not. */
export function coverOf(rosters: ReadonlyMap<ChannelId, ReadonlySet<UserId>>, own: UserId): ChannelId[] {
  const reached = new Set<UserId>([own])
  const largestFirst = [...rosters].sort(([one, a], [other, b]) => b.size - a.size || (one < other ? -1 : 1))
  const cover: ChannelId[] = []
  for (const [channelId, roster] of largestFirst) {
    const before = reached.size
    for (const userId of roster) reached.add(userId)
    if (reached.size > before) cover.push(channelId)
  }
  return cover
}
