/**
 * A channel's timeline: the newest items, and more of them on request. The last view stays while a longer one is fetched, and
 * what has been shown stays when newer items come in.
 */
import type { TimelineView } from '@reforms/client'
import type { ChannelId, Seq } from '@reforms/protocol'
import { useCallback, useEffect, useState } from 'react'
import { useEngine } from '../../watch/engine.tsx'

const FIRST_ITEMS = 60
const MORE_ITEMS = 100
/** A list that stands at its end for weeks is cut to its first length now and then. */
const LONG_ITEMS = 600

interface Window {
  limit: number
  /** The oldest that is shown. */
  fromSeq?: Seq
}

export interface Timeline {
  view: TimelineView | undefined
  /** Asks for older items, once for each answer. */
  loadMore: () => void
  /** Lets go of a long past, while its end is looked at. */
  shorten: () => void
  /** Holds on to all from an entry on: it is jumped to. */
  reach: (seq: Seq) => void
}

export function useTimeline(channelId: ChannelId): Timeline {
  const engine = useEngine()
  const [window, setWindow] = useState<Window>({ limit: FIRST_ITEMS })
  const [shown, setShown] = useState<{ view: TimelineView; limit: number }>()
  const { limit, fromSeq } = window
  useEffect(() => {
    const params = { channelId, limit, ...(fromSeq === undefined ? {} : { fromSeq }) }
    return engine.watch('timeline', params, (view) => setShown({ view, limit }))
  }, [engine, channelId, limit, fromSeq])

  const answered = shown?.limit === limit && !shown.view.loading
  const oldest = answered ? shown.view.items[0]?.seq : undefined
  useEffect(() => {
    if (oldest === undefined) return
    setWindow((before) => ({ ...before, fromSeq: Math.min(before.fromSeq ?? Infinity, oldest) }))
  }, [oldest])

  const length = shown?.view.items.length ?? 0
  const loadMore = useCallback(() => {
    if (answered) setWindow((before) => ({ ...before, limit: Math.max(before.limit, length) + MORE_ITEMS }))
  }, [answered, length])
  const shorten = useCallback(() => {
    if (length > LONG_ITEMS) setWindow({ limit: FIRST_ITEMS })
  }, [length])
  const reach = useCallback(
    (seq: Seq) => setWindow((before) => ({ ...before, fromSeq: Math.min(before.fromSeq ?? Infinity, seq) })),
    [],
  )
  return { view: shown?.view, loadMore, shorten, reach }
}
