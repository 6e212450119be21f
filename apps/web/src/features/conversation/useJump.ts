/**
 * Jumping to a message, by a link or from what answers it, and to a day: its part of the history is fetched first, where it is not
 * here.
 */
import type { TimelineView } from '@reforms/client'
import type { ChannelId, Seq } from '@reforms/protocol'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { text } from '../../text/index.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import type { JumpTarget } from './TimelineList.tsx'
import type { Window } from './timeline-window.ts'
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
  const { jumpToTime, callOff } = useTimeJump(timeline, setTarget)
  const jump = useCallback(
    (seq: Seq) => {
      callOff()
      engine.send('message.find', { channelId, seq }).then(({ found }) => {
        if (!found) return tell(text.conversation.notFound)
        if (!holds(shown.current, seq)) goTo({ seq })
        setTarget({ seq })
      }, tellProblem)
    },
    [engine, channelId, goTo, tell, tellProblem, callOff],
  )
  useEffect(() => {
    if (linked !== undefined) jump(linked)
  }, [linked, jump])
  return { target, jump, jumpToTime }
}

function holds(view: TimelineView | undefined, seq: Seq): boolean {
  return view?.items.some((item) => item.seq === seq) ?? false
}

interface TimeJump {
  jumpToTime: (at: number) => void
  callOff: () => void
}

/** Which entry a time leads to is known once the view around it is here. */
function useTimeJump({ view, window, goTo }: Timeline, setTarget: (target: JumpTarget) => void): TimeJump {
  const wanted = useRef<Window>(undefined)
  useEffect(() => {
    if (wanted.current === undefined || window !== wanted.current || !view || view.loading) return
    if (view.place === undefined) return
    wanted.current = undefined
    const place = view.place
    const seq = view.items.find((item) => (item.seq ?? 0) >= place)?.seq ?? view.items.at(-1)?.seq
    if (seq !== undefined) setTarget({ seq })
  }, [view, window, setTarget])
  // The same for every view: all messages are drawn anew with what they can do.
  return useMemo(
    () => ({
      jumpToTime: (at) => void (wanted.current = goTo({ at })),
      callOff: () => void (wanted.current = undefined),
    }),
    [goTo],
  )
}
