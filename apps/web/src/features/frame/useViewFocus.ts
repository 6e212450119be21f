/** Tells the engine which channel this tab looks at, so that it notifies of no message that is being read. */
import { useEffect } from 'react'
import type { Route } from '../../route/route.ts'
import { useEngine } from '../../watch/engine.tsx'
import { usePageVisible } from '../conversation/usePageVisible.ts'

export function useViewFocus(route: Route): void {
  const engine = useEngine()
  const visible = usePageVisible()
  const channelId = route.place === 'channel' ? route.channelId : undefined
  useEffect(() => {
    // Only notifications depend on it, and the next change tells it again.
    engine.send('view.focus', { ...(channelId ? { channelId } : {}), visible }).catch(() => undefined)
  }, [engine, channelId, visible])
}
