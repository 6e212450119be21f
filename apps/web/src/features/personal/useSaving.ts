/** Saves a message of a channel, or removes it; either can be taken back at once. */
import type { ChannelId, Seq } from '@reforms/protocol'
import { useCallback } from 'react'
import { text } from '../../text/index.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'

export function useSaving(channelId: ChannelId): (seq: Seq, on: boolean) => void {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  return useCallback(
    (seq, on) => {
      const set = (wanted: boolean) => engine.send('saved.set', { channelId, seq, on: wanted })
      set(on).then(
        () =>
          tell(on ? text.personal.savedDone : text.personal.unsavedDone, {
            name: text.ui.undo,
            act: () => void set(!on).catch(tellProblem),
          }),
        tellProblem,
      )
    },
    [engine, channelId, tell, tellProblem],
  )
}
