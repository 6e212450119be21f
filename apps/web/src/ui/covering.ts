/**
 * Which dialog stands above everything else. What lies below it is not reached, so that it shows no tooltip either: that would stand
 * above the dialog, and take the Escape that is meant for it. One of what stands in the dialog itself hands the Escape on. For Dialog.tsx and
 * Tooltip.tsx.
 */
import { createContext, use, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react'

interface Covering {
  close: () => void
}

/** The one that was opened last is at the end. */
let open: readonly Covering[] = []
const listeners = new Set<() => void>()

function become(now: readonly Covering[]): void {
  open = now
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The dialog that something stands in; none for what is on the page itself. */
export const DialogContext = createContext<Covering | undefined>(undefined)

/** For a dialog, which covers all that is there as long as it is drawn; what stands in it is given the answer as its context. */
export function useCovering(onClose: () => void): Covering {
  const latest = useRef(onClose)
  useLayoutEffect(() => {
    latest.current = onClose
  })
  const [self] = useState<Covering>(() => ({ close: () => latest.current() }))
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
