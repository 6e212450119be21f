/** The present route, and the ways to another one. */
import { useMemo, useSyncExternalStore } from 'react'
import { hashOf, routeOf, type Route } from './route.ts'

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash)
  return useMemo(() => routeOf(hash), [hash])
}

export function go(route: Route): void {
  location.hash = hashOf(route)
}
