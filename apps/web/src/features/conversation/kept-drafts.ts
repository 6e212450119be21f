/**
 * Drafts on their way to and from the user's other devices, through the engine. What is typed goes there once the typing rests; what was
 * written elsewhere comes into the field unless something else is being typed there.
 */
import { useEffect } from 'react'
import type { Engine } from '@reforms/client'
import { useEngine, useQuery } from '../../watch/engine.tsx'
import type { DraftPlace } from './drafts.ts'

const REST_MS = 800

const waiting = new Map<string, ReturnType<typeof setTimeout>>()
/** What the engine last had: a field that says the same has no changes of its own. */
const seen = new Map<string, string>()
const keyOf = ({ channelId, thread }: DraftPlace) => `${channelId}/${thread ?? ''}`

/** An empty field, as after sending, is told at once. */
function keepSoon(engine: Engine, place: DraftPlace, text: string): void {
  const key = keyOf(place)
  clearTimeout(waiting.get(key))
  const { channelId, thread } = place
  const tell = () => {
    waiting.delete(key)
    // What is too long to be kept elsewhere stays here.
    engine
      .send('draft.keep', { channelId, text, ...(thread === undefined ? {} : { thread }) })
      .catch(() => undefined)
  }
  if (text === '') tell()
  else waiting.set(key, setTimeout(tell, REST_MS))
}

/** `take` puts into the field what was written elsewhere. What it gives is told of what is typed here. */
export function useKeptDraft(
  place: DraftPlace,
  text: string,
  take: (text: string) => void,
): (text: string) => void {
  const engine = useEngine()
  const { channelId, thread } = place
  const kept = useQuery('draft', { channelId, ...(thread === undefined ? {} : { thread }) })
  useEffect(() => {
    if (kept === undefined) return
    const key = keyOf(place)
    const unchanged = text === (seen.get(key) ?? '') && !waiting.has(key)
    seen.set(key, kept)
    if (unchanged && kept !== text) take(kept)
    // Only what comes from elsewhere moves this.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [kept])
  return (typed) => keepSoon(engine, place, typed)
}

/** When somebody signs out. */
export function forgetKeptDrafts(): void {
  for (const timer of waiting.values()) clearTimeout(timer)
  waiting.clear()
  seen.clear()
}
