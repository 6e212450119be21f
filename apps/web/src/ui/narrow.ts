/** Whether the screen is so narrow that it shows one column at a time; the style sheets draw the same line. */
import { useSyncExternalStore } from 'react'

const QUERY = '(max-width: 43.99rem)'

function subscribe(listener: () => void): () => void {
  const query = matchMedia(QUERY)
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

export function isNarrow(): boolean {
  return matchMedia(QUERY).matches
}

export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, isNarrow)
}
