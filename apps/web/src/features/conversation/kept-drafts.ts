/**
 * Drafts on their way to and from the user's other devices, through the engine. What is typed goes there once the typing rests; what was
 * written elsewhere comes into the field unless something else is being typed there.
 */
import { useEffect } from 'react'
import type { Engine } from '@reforms/client'
import { useEngine, useQuery } from '../../watch/engine.tsx'
import type { DraftPlace } from './drafts.ts'

const REST_MS = 800

/** Words of this field on their way to the engine, from the first key until it has answered. */
interface Telling {
  text: string
  timer?: ReturnType<typeof setTimeout>
}

/** How a field and the engine stand to each other. */
export interface Known {
  /** What the engine last had: a field that says the same has no changes of its own. */
  seen: string
  telling?: Telling
}

export const NOTHING: Known = { seen: '' }

export function afterTyping({ seen }: Known, telling: Telling): Known {
  return { seen, telling }
}

/** What was typed since is still on its way. What the engine did not take stays a change of this field. */
export function afterAnswer(known: Known, telling: Telling, taken: boolean): Known {
  if (known.telling !== telling) return known
  return { seen: taken ? telling.text : known.seen }
}

/** The engine has words: those of this field on their way back, unless it has no changes of its own. */
export function afterNews(known: Known, field: string, kept: string): { known: Known; take: boolean } {
  const unchanged = field === known.seen && known.telling === undefined
  return { known: { ...known, seen: kept }, take: unchanged && kept !== field }
}

const places = new Map<string, Known>()
const keyOf = ({ channelId, thread }: DraftPlace) => `${channelId}/${thread ?? ''}`
const knownOf = (place: DraftPlace) => places.get(keyOf(place)) ?? NOTHING

/** An empty field, as after sending, is told at once. */
function keepSoon(engine: Engine, place: DraftPlace, text: string): void {
  clearTimeout(knownOf(place).telling?.timer)
  const telling: Telling = { text }
  places.set(keyOf(place), afterTyping(knownOf(place), telling))
  if (text === '') tell(engine, place, telling)
  else telling.timer = setTimeout(() => tell(engine, place, telling), REST_MS)
}

function tell(engine: Engine, place: DraftPlace, telling: Telling): void {
  const { channelId, thread } = place
  const answered = (taken: boolean) => places.set(keyOf(place), afterAnswer(knownOf(place), telling, taken))
  // What is too long to be kept elsewhere stays here.
  engine
    .send('draft.keep', { channelId, text: telling.text, ...(thread === undefined ? {} : { thread }) })
    .then(
      () => answered(true),
      () => answered(false),
    )
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
    const news = afterNews(knownOf(place), text, kept)
    places.set(keyOf(place), news.known)
    if (news.take) take(kept)
    // Only what comes from elsewhere moves this.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [kept])
  return (typed) => keepSoon(engine, place, typed)
}

/** When somebody signs out. */
export function forgetKeptDrafts(): void {
  for (const { telling } of places.values()) clearTimeout(telling?.timer)
  places.clear()
}
