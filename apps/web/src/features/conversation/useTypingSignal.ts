/** Tells the channel that somebody is typing, at most every three seconds. */
import type { ChannelId } from '@reforms/protocol'
import { useRef } from 'react'
import { useEngine } from '../../watch/engine.tsx'

const EVERY_MS = 3000

export function useTypingSignal(channelId: ChannelId): () => void {
  const engine = useEngine()
  const last = useRef(0)
  return () => {
    const now = Date.now()
    if (now - last.current < EVERY_MS) return
    last.current = now
    // Nobody misses it when it is lost.
    engine.send('channel.typing', { channelId }).catch(() => undefined)
  }
}
