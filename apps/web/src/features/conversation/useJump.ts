/**
 * Jumping to a message, by a link or from what answers it, and to a day: its part of the history is fetched first, where it is not
 * here.
 */
import type { TimelineView } from '@reforms/client'
import type { ChannelId, Seq } from '@reforms/protocol'
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react'
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
  /** To the newest messages, whatever jump is under way. */
  toNewest: () => void
}

/** What somebody wished last: whatever comes for a wish before it leads nowhere. */
type Wish = RefObject<JumpTarget | Window | undefined>

export function useJump(timeline: Timeline, channelId: ChannelId, linked: Seq | undefined): Jump {
  const { view, goTo, stay } = timeline
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const [target, setTarget] = useState<JumpTarget>()
  const shown = useRef(view)
  shown.current = view
  const wish: Wish = useRef(undefined)
  useTimeJump(timeline, wish, setTarget)
  const jump = useCallback(
    (seq: Seq) => {
      const wished = { seq }
      wish.current = wished
      const answer = ({ found }: { found: boolean }) => {
        if (!found) return tell(text.conversation.notFound)
        if (holds(shown.current, seq)) stay()
        else goTo({ seq })
        setTarget(wished)
      }
      engine.send('message.find', { channelId, seq }).then(
        (found) => wish.current === wished && answer(found),
        (problem) => wish.current === wished && tellProblem(problem),
      )
    },
    [engine, channelId, goTo, stay, tell, tellProblem],
  )
  useEffect(() => {
    if (linked !== undefined) jump(linked)
  }, [linked, jump])
  // The same for every view: all messages are drawn anew with what they can do.
  const jumpToTime = useCallback((at: number) => void (wish.current = goTo({ at })), [goTo])
  const goToEnd = timeline.toNewest
  const toNewest = useCallback(() => {
    wish.current = undefined
    setTarget(undefined)
    goToEnd()
  }, [goToEnd])
  return { target, jump, jumpToTime, toNewest }
}

function holds(view: TimelineView | undefined, seq: Seq): boolean {
  return view?.items.some((item) => item.seq === seq) ?? false
}

/** Which entry a time leads to is known once the view around it is here. */
function useTimeJump({ view, window }: Timeline, wish: Wish, setTarget: (target: JumpTarget) => void): void {
  useEffect(() => {
    if (wish.current === undefined || window !== wish.current || !view || view.loading) return
    if (view.place === undefined) return
    wish.current = undefined
    const place = view.place
    const seq = view.items.find((item) => (item.seq ?? 0) >= place)?.seq ?? view.items.at(-1)?.seq
    if (seq !== undefined) setTarget({ seq })
  }, [view, window, wish, setTarget])
}
