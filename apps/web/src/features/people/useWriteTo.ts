/** Opens the direct conversation with somebody: undefined where there is none that a guest, who begins none, could go on with. */
import type { UserId } from '@reforms/protocol'
import { go } from '../../route/useRoute.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useChannels, useEngine, useMe } from '../../watch/engine.tsx'

export function useWriteTo(): (userId: UserId) => (() => void) | undefined {
  const engine = useEngine()
  const { tellProblem } = useTeller()
  const isGuest = useMe()?.role === 'guest'
  const channels = useChannels()
  const isThere = (userId: UserId) =>
    channels.some(({ kind, people }) => kind === 'direct' && people.length === 1 && people[0] === userId)
  return (userId) => {
    if (isGuest && !isThere(userId)) return undefined
    return () =>
      void engine
        .send('channel.openDirect', { people: [userId] })
        .then(({ channelId }) => go({ place: 'channel', channelId }), tellProblem)
  }
}
