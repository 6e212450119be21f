/** Where a message stands: in its thread, where the channel does not show it. */
import type { PlacedMessage } from '@reforms/client'
import type { Route } from '../../route/route.ts'

export function placeOf({
  channelId,
  seq,
  thread,
}: Pick<PlacedMessage, 'channelId' | 'seq' | 'thread'>): Route {
  if (thread !== undefined) return { place: 'channel', channelId, pane: 'thread', root: thread }
  return { place: 'channel', channelId, seq }
}
