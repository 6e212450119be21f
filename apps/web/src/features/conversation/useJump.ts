/**
 * Jumping to a message, by a link or from what answers it, and to a day: its part of the history is fetched first, where it is not
 * here.
 */
import type { TimelineView } from '@reforms/client'
import type { ChannelId, Seq } from '@reforms/protocol'
import { useCallback, useEffect, useRef, useState } from 'react'
import { text } from '../../text/index.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import type { JumpTarget } from './TimelineList.tsx'
import type { Timeline } from './useTimeline.ts'

interface Jump {
  target: JumpTarget | undefined
  jump: (seq: Seq) => void
  /** To the first message of a time on. */
  jumpToTime: (at: number) => void
}

export function useJump(timeline: Timeline, channelId: ChannelId, linked: Seq | undefined): Jump {
  const { view, goTo } = timeline
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const [target, setTarget] = useState<JumpTarget>()
  const shown = useRef(view)
  shown.current = view
  const jump = useCallback(
    (seq: Seq) => {
      engine.send('message.find', { channelId, seq }).then(({ found }) => {
        if (!found) return tell(text.conversation.notFound)
        if (!holds(shown.current, seq)) goTo({ seq })
        setTarget({ seq })
      }, tellProblem)
    },
    [engine, channelId, goTo, tell, tellProblem],
  )
  useEffect(() => {
    if (linked !== undefined) jump(linked)
  }, [linked, jump])
  const jumpToTime = useTimeJump(timeline, setTarget)
  return { target, jump, jumpToTime }
}

function holds(view: TimelineView | undefined, seq: Seq): boolean {
  return view?.items.some((item) => item.seq === seq) ?? false
}

/** Which entry a time leads to is known once the view around it is here. */
function useTimeJump({ view, goTo }: Timeline, setTarget: (target: JumpTarget) => void) {
  const wanted = useRef<TimelineView | 'any'>(undefined)
  const shown = useRef(view)
  shown.current = view
  useEffect(() => {
    if (wanted.current === undefined || view === wanted.current || !view || view.loading) return
    if (view.place === undefined) return
    wanted.current = undefined
    const place = view.place
    const seq = view.items.find((item) => (item.seq ?? 0) >= place)?.seq ?? view.items.at(-1)?.seq
    if (seq !== undefined) setTarget({ seq })
  }, [view, setTarget])
  // The same for every view: all messages are drawn anew with what they can do.
  return useCallback(
    (at: number) => {
      wanted.current = shown.current ?? 'any'
      goTo({ at })
    },
    [goTo],
  )
}
