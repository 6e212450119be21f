/** Opens the direct conversation with somebody. */
import type { UserId } from '@reforms/protocol'
import { go } from '../../route/useRoute.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'

export function useWriteTo(): (userId: UserId) => void {
  const engine = useEngine()
  const { tellProblem } = useTeller()
  return (userId) =>
    void engine
      .send('channel.openDirect', { people: [userId] })
      .then(({ channelId }) => go({ place: 'channel', channelId }), tellProblem)
}
