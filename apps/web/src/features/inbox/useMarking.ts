/** Marks a line of the inbox; what takes it out of the list can be taken back at once. */
import type { InboxItem } from '@reforms/client'
import { text } from '../../text/index.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'

/** A snooze that is over for so long rings no more. */
const LONG_OVER_MS = 2 * 24 * 60 * 60 * 1000

export function useMarking(item: InboxItem) {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const { channelId, seqs, until } = item
  const mark = (said: { read?: true; until?: number }) =>
    engine.send('inbox.mark', { items: [{ channelId, seqs, ...said }] })
  const before = until === undefined ? {} : { until }
  return {
    read: () =>
      void mark({ read: true }).then(
        () =>
          tell(text.inbox.marked, {
            name: text.ui.undo,
            act: () => void mark(before).catch(tellProblem),
          }),
        tellProblem,
      ),
    /** Whoever opens it has seen it. */
    opened: () => void mark({ read: true }).catch(tellProblem),
    unread: () =>
      void mark({ until: Date.now() - LONG_OVER_MS }).then(() => tell(text.inbox.back), tellProblem),
  }
}
