/** Jumping to a message, by a link or from what answers it: its part of the history is fetched first, where it is not here. */
import type { ChannelId, Seq } from '@reforms/protocol'
import { useCallback, useEffect, useState } from 'react'
import { text } from '../../text/index.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import type { JumpTarget } from './TimelineList.tsx'
import type { Timeline } from './useTimeline.ts'

interface Jump {
  target: JumpTarget | undefined
  jump: (seq: Seq) => void
}

export function useJump({ reach }: Timeline, channelId: ChannelId, linked: Seq | undefined): Jump {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const [target, setTarget] = useState<JumpTarget>()
  const jump = useCallback(
    (seq: Seq) => {
      engine.send('message.find', { channelId, seq }).then(({ found }) => {
        if (!found) return tell(text.conversation.notFound)
        reach(seq)
        setTarget({ seq })
      }, tellProblem)
    },
    [engine, channelId, reach, tell, tellProblem],
  )
  useEffect(() => {
    if (linked !== undefined) jump(linked)
  }, [linked, jump])
  return { target, jump }
}
