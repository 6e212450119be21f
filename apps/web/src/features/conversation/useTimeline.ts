/** A channel's timeline: the newest items, and more of them on request. The last view stays while a longer one is fetched. */
import type { TimelineView } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { useCallback, useEffect, useState } from 'react'
import { useEngine } from '../../watch/engine.tsx'

const FIRST_ITEMS = 60
const MORE_ITEMS = 100

export interface Timeline {
  view: TimelineView | undefined
  /** Asks for older items, once for each answer. */
  loadMore: () => void
}

export function useTimeline(channelId: ChannelId): Timeline {
  const engine = useEngine()
  const [limit, setLimit] = useState(FIRST_ITEMS)
  const [shown, setShown] = useState<{ view: TimelineView; limit: number }>()
  useEffect(
    () => engine.watch('timeline', { channelId, limit }, (view) => setShown({ view, limit })),
    [engine, channelId, limit],
  )
  const answered = shown?.limit === limit && !shown.view.loading
  const loadMore = useCallback(() => {
    if (answered) setLimit((before) => before + MORE_ITEMS)
  }, [answered])
  return { view: shown?.view, loadMore }
}
