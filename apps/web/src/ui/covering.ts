/**
 * Which dialog stands above everything else. What lies below it is not reached, so that it shows no tooltip either: that would stand
 * above the dialog, and take the Escape that is meant for it. For Dialog.tsx and Tooltip.tsx.
 */
import { createContext, use, useLayoutEffect, useState, useSyncExternalStore } from 'react'

/** The one that was opened last is at the end. */
let open: readonly object[] = []
const listeners = new Set<() => void>()

function become(now: readonly object[]): void {
  open = now
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The dialog that something stands in; none for what is on the page itself. */
export const DialogContext = createContext<object | undefined>(undefined)

/** For a dialog, which covers all that is there as long as it is drawn; what stands in it is given the answer as its context. */
export function useCovering(): object {
  const [self] = useState(() => ({}))
  useLayoutEffect(() => {
    become([...open, self])
    return () => become(open.filter((other) => other !== self))
  }, [self])
  return self
}

export function useIsCovered(): boolean {
  const within = use(DialogContext)
  const above = useSyncExternalStore(subscribe, () => open.at(-1))
  return above !== undefined && above !== within
}
